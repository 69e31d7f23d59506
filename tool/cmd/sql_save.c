/* SPDX-License-Identifier: Apache-2.0 */
/* See sql_save.h. */
#include "tool/cmd/sql_save.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int sql_report_save(struct sql_campaign *const *campaigns, size_t count,
	sql_report_writer write, const char *path, struct diag *diag)
{
	bool is_stdout = strcmp(path, "-") == 0;
	FILE *file = is_stdout ? stdout : fopen(path, "we");
	int r;

	if (!file)
		return diag_set(diag, -errno, "cannot write '%s': %s", path, strerror(errno));
	errno = 0;
	r = write(campaigns, count, file);
	if ((is_stdout ? fflush(file) : fclose(file)) != 0)
		r = -EIO;
	return r < 0 ? diag_set(diag, r, "cannot write '%s': %s", path,
			       strerror(errno ? errno : -r))
		     : 0;
}

void sql_connect_advice(const char *start, struct diag *diag)
{
	size_t size = strlen(diag->text);

	snprintf(diag->text + size, sizeof(diag->text) - size,
		"; '%s' starts a private server, '--connect STRING' names another one", start);
}
