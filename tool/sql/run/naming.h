/* SPDX-License-Identifier: Apache-2.0 */
/* What the naming of an anomaly (core/anomaly.h) goes by, gathered from an execution. */
#ifndef WEFT_TOOL_SQL_RUN_NAMING_H
#define WEFT_TOOL_SQL_RUN_NAMING_H

#include "tool/sql/run/lab.h"

/*
 * The name for the lab's last execution, which the oracle does not accept. `serializable`: it
 * would, were it not for the order in real time.
 */
enum anomaly naming_of(struct lab *lab, bool serializable);

#endif
