/* SPDX-License-Identifier: Apache-2.0 */
/* The set of a campaign's findings; the contract is in finding.h. */
#include <errno.h>
#include <stdlib.h>

#include "tool/analysis/finding.h"

/* Several keys may lead to one finding. */
struct finding_known {
	uint64_t key;
	struct finding *finding;
};

void findings_init(struct findings *findings)
{
	*findings = (struct findings){ 0 };
}

void findings_release(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		finding_free(findings->list[i]);
	free(findings->list);
	free(findings->known);
	*findings = (struct findings){ 0 };
}

bool findings_note(struct findings *findings, uint64_t key)
{
	for (size_t i = 0; i < findings->known_count; i++) {
		if (findings->known[i].key != key)
			continue;
		findings->known[i].finding->times_seen++;
		return true;
	}
	return false;
}

struct finding *findings_by_fingerprint(const struct findings *findings, uint64_t fingerprint)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->list[i]->fingerprint == fingerprint)
			return findings->list[i];
	return NULL;
}

static int add_known(struct findings *findings, uint64_t key, struct finding *finding)
{
	struct finding_known *known =
		reallocarray(findings->known, findings->known_count + 1, sizeof(*known));

	if (!known)
		return -ENOMEM;
	known[findings->known_count++] = (struct finding_known){ key, finding };
	findings->known = known;
	return 0;
}

/* Keeps the list in the order of first executions: workers finish in any order. */
static int add_new(struct findings *findings, struct finding *finding)
{
	struct finding **list =
		reallocarray(findings->list, findings->count + 1, sizeof(struct finding *));
	size_t place = findings->count;

	if (!list)
		return -ENOMEM;
	findings->list = list;
	for (; place > 0 && list[place - 1]->first_execution > finding->first_execution;
		place--)
		list[place] = list[place - 1];
	list[place] = finding;
	findings->count++;
	return 0;
}

int findings_add(struct findings *findings, uint64_t key, struct finding *finding)
{
	struct finding *earlier = findings_by_fingerprint(findings, finding->fingerprint);
	int r;

	if (!earlier) {
		r = add_new(findings, finding);
		if (r < 0)
			return r;
		r = add_known(findings, key, finding);
		return r < 0 ? r : 1;
	}
	earlier->times_seen += finding->times_seen;
	if (finding->first_execution < earlier->first_execution)
		earlier->first_execution = finding->first_execution;
	finding_free(finding);
	return add_known(findings, key, earlier);
}
