/* SPDX-License-Identifier: Apache-2.0 */
/* Short explanations for reports; see story.h. */
#include "tool/explain/story.h"

#include <errno.h>
#include <string.h>

#include "tool/explain/explain.h"

static bool says_all(const struct finding *finding)
{
	return finding->kind == FINDING_DATA_RACE || finding->kind == FINDING_LOCK_MISUSE ||
	       finding_is_note(finding->kind);
}

static int take(struct finding *finding, const struct explanation *chosen)
{
	if (chosen->kind == EXPLANATION_NONE)
		return 0;
	finding->story_kind = explanation_name(chosen->kind);
	finding->story_title = inquiry_text("%s%s%s", explanation_title(chosen->kind),
		chosen->subject ? " of " : "", chosen->subject ? chosen->subject : "");
	finding->story = chosen->sentence ? strdup(chosen->sentence) : NULL;
	finding->suggestion = chosen->suggestion ? strdup(chosen->suggestion) : NULL;
	return finding->story_title && finding->story ? 0 : -ENOMEM;
}

int story_add(const struct finding_lab *lab, struct finding *finding, struct diag *diag)
{
	struct explained explained;
	int r;

	if (lab->hasty || (lab->stopped && lab->stopped()) || !finding->replays ||
		says_all(finding))
		return 0;
	r = explain_finding(lab, finding, &explained, diag);
	if (r >= 0)
		r = take(finding, explained.chosen);
	explained_release(&explained);
	return r;
}
