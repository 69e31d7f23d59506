/* SPDX-License-Identifier: Apache-2.0 */
#include "tool/sql/run/fixes.h"
int fixes_try(struct sql_campaign *campaign, struct diag *diag)
{
	(void)campaign;
	(void)diag;
	return 0;
}
