/* SPDX-License-Identifier: Apache-2.0 */
/* Misuses from their first sight to findings; see misuses.h. */
#include "tool/search/misuses.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/misuse.h"

/* Misuses with one key, and the execution that showed the first of them. */
struct misuse_group {
	uint64_t times_seen; /* executions */
	uint64_t last_execution;
	uint64_t duration_ns;
	uint64_t hash;
	struct wire_request request;
	uint64_t *points;
	size_t point_count;
	struct wire_misuse misuse;
	struct finding *finding; /* borrowed from the failures, once it is one of theirs */
	bool examined;
};

static int add_kind(const char *name, size_t length, uint32_t *kinds)
{
	char text[64];
	int kind;

	if (length >= sizeof(text))
		return -EINVAL;
	memcpy(text, name, length);
	text[length] = '\0';
	if (strcmp(text, "all") == 0)
		*kinds |= MISUSES_ALL;
	else if (strcmp(text, "usual") == 0)
		*kinds |= MISUSES_USUAL;
	else if ((kind = wire_misuse_from_name(text)) >= 0)
		*kinds |= 1u << kind;
	else
		return -EINVAL;
	return 0;
}

int misuses_parse(const char *text, uint32_t *ret_kinds, struct diag *diag)
{
	uint32_t kinds = 0;

	if (strcmp(text, "off") == 0) {
		*ret_kinds = 0;
		return 0;
	}
	for (const char *name = text; *name;) {
		size_t length = strcspn(name, ",");

		if (add_kind(name, length, &kinds) < 0)
			return diag_set(diag, -EINVAL,
				"--misuse: there is no kind '%.*s'; see man weft-test",
				(int)length, name);
		name += length + (name[length] == ',');
	}
	*ret_kinds = kinds;
	return 0;
}

static int add_group(struct misuses *misuses, const struct campaign_failure *execution,
	const struct wire_misuse *misuse)
{
	const struct finding_failure *failure = &execution->failure;
	struct misuse_group *groups =
		reallocarray(misuses->groups, misuses->count + 1, sizeof(*groups));
	struct misuse_group *group;

	if (!groups)
		return -ENOMEM;
	misuses->groups = groups;
	group = &groups[misuses->count];
	*group = (struct misuse_group){
		.duration_ns = execution->outcome->duration_ns,
		.hash = failure->hash,
		.request = failure->request,
		.points = reallocarray(NULL, failure->point_count + 1, sizeof(uint64_t)),
		.point_count = failure->point_count,
		.misuse = *misuse,
	};
	if (!group->points)
		return -ENOMEM;
	if (failure->point_count)
		memcpy(group->points, failure->points, failure->point_count * sizeof(uint64_t));
	misuses->count++;
	return pc_map_add(&misuses->keys, misuse_key(misuse), (uint32_t)misuses->count - 1);
}

/* Returns 1 when it is a new finding. Takes it over. */
static int keep(struct misuses *misuses, struct misuse_group *group, struct finding *finding,
	struct diag *diag)
{
	struct failures *failures = misuses->failures;
	uint64_t fingerprint = finding->fingerprint;
	int r;

	if (finding->suppressed) {
		finding_free(finding);
		return 0;
	}
	finding->times_seen = group->times_seen;
	r = findings_add(&failures->findings, misuse_key(&group->misuse), finding);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	group->finding = findings_by_fingerprint(&failures->findings, fingerprint);
	if (r > 0)
		failures->found(failures->context, finding);
	return r;
}

static int examine_group(struct misuses *misuses, struct misuse_group *group, struct diag *diag)
{
	struct failures *failures = misuses->failures;
	const struct server_outcome outcome = { .duration_ns = group->duration_ns };
	const struct campaign_failure execution = {
		.failure = {
			.request = group->request,
			.hash = group->hash,
			.kind = FINDING_LOCK_MISUSE,
			.points = group->points,
			.point_count = group->point_count,
			.misuse = &group->misuse,
		},
		.outcome = &outcome,
		.image = &misuses->image,
	};
	struct finding *finding;
	int r;

	group->examined = true;
	if (failures->examining)
		failures->examining(failures->context, &execution);
	r = failures_examine(failures, &execution, &finding, diag);
	return r < 0 ? r : keep(misuses, group, finding, diag);
}

static int take_one(struct misuses *misuses, const struct campaign_failure *execution,
	const struct wire_misuse *misuse, struct diag *diag)
{
	uint64_t number = execution->failure.request.execution;
	struct misuse_group *group;
	uint32_t index;
	int r = 0;

	if (!(misuses->kinds >> misuse->kind & 1))
		return 0;
	if (!pc_map_find(&misuses->keys, misuse_key(misuse), &index)) {
		if (misuses->count >= MISUSES_EXAMINED_MAX)
			return 0;
		r = add_group(misuses, execution, misuse);
		index = (uint32_t)misuses->count - 1;
	}
	if (r < 0)
		return diag_set(diag, r, "no memory for misuses of locks");
	group = &misuses->groups[index];
	if (group->last_execution == number)
		return 0;
	group->last_execution = number;
	group->times_seen++;
	if (group->finding)
		group->finding->times_seen++;
	return misuses->at_once && !group->examined ? examine_group(misuses, group, diag) : 0;
}

int misuses_take(
	struct misuses *misuses, const struct campaign_failure *execution, struct diag *diag)
{
	const struct server_outcome *outcome = execution->outcome;
	int found = 0, r = 0;

	if (!misuses->count && modules_copy(execution->image, &misuses->image) < 0)
		return diag_set(diag, -ENOMEM, "no memory for misuses of locks");
	for (size_t i = 0; i < outcome->misuse_count && r >= 0; i++) {
		if (outcome->misuses[i].kind >= WIRE_MISUSE_KIND_COUNT)
			continue;
		r = take_one(misuses, execution, &outcome->misuses[i], diag);
		found += r > 0;
	}
	return r < 0 ? r : found;
}

int misuses_finish(struct misuses *misuses, struct diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < misuses->count && r >= 0; i++)
		if (!misuses->groups[i].examined)
			r = examine_group(misuses, &misuses->groups[i], diag);
	return r < 0 ? r : 0;
}

void misuses_release(struct misuses *misuses)
{
	for (size_t i = 0; i < misuses->count; i++)
		free(misuses->groups[i].points);
	free(misuses->groups);
	pc_map_release(&misuses->keys);
	modules_release(&misuses->image);
	*misuses = (struct misuses){ .failures = NULL };
}
