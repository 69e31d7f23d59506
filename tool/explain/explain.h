/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a finding to its explanation: an execution that passes is found to compare with, the
 * patterns propose, and the one that fits best is taken. Nothing is claimed that the execution
 * does not show; where no pattern fits, the steps are all there is to tell.
 */
#ifndef WEFT_TOOL_EXPLAIN_EXPLAIN_H
#define WEFT_TOOL_EXPLAIN_EXPLAIN_H

#include "tool/explain/inquiry.h"

/* A finding with its explanation. Borrows the finding. */
struct explained {
	const struct finding *finding;
	struct inquiry inquiry;
	struct recording *passing;  /* or NULL: every execution that was tried failed */
	struct explanation *chosen; /* one of the inquiry's candidates, never NULL */
	uint32_t executions;	    /* that it took */
};

/*
 * Explains a finding that has a recording and symbols, by executing on the lab's server.
 * Returns 0 or a negative errno; release it in either case. Must not be moved.
 */
int explain_finding(const struct finding_lab *lab, const struct finding *finding,
	struct explained *ret_explained, struct diag *diag);
void explained_release(struct explained *explained);

#endif
