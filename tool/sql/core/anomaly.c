/* SPDX-License-Identifier: Apache-2.0 */
/* One question for each anomaly, the gravest first; see anomaly.h. */
#include "tool/sql/core/anomaly.h"

typedef bool (*pair_rule)(
	const struct anomaly_facts *facts, const struct access *a, const struct access *b);

/* Did it see something of another session? */
static bool saw_others(const struct access *access)
{
	return access->seen_min != 0;
}

/* Is there a pair of accesses of different sessions to the same rows for which the rule holds?
 */
static bool any_pair(const struct anomaly_facts *facts, pair_rule rule)
{
	for (size_t i = 0; i < facts->access_count; i++)
		for (size_t j = 0; j < facts->access_count; j++) {
			const struct access *a = &facts->accesses[i];
			const struct access *b = &facts->accesses[j];

			if (a->session != b->session &&
				touched_overlap(&a->touched, &b->touched) && rule(facts, a, b))
				return true;
		}
	return false;
}

/* Could what `reader` saw come from a transaction that had been committed? */
static bool explained_by_committed(
	const struct anomaly_facts *facts, const struct access *reader)
{
	for (size_t i = 0; i < facts->access_count; i++) {
		const struct access *a = &facts->accesses[i];

		if (a->session != reader->session && a->writes && !a->undone &&
			a->committed < reader->time &&
			touched_overlap(&a->touched, &reader->touched))
			return true;
	}
	return false;
}

/* `reader` saw what `writer` wrote, before its transaction ended. */
static bool reads_dirty(const struct anomaly_facts *facts, const struct access *writer,
	const struct access *reader)
{
	return writer->writes && reader->reads && saw_others(reader) &&
	       writer->time < reader->time && reader->time < writer->committed &&
	       !explained_by_committed(facts, reader);
}

static bool is_aborted_read(const struct anomaly_facts *facts, const struct access *writer,
	const struct access *reader)
{
	return reads_dirty(facts, writer, reader) && writer->undone;
}

/* It is no version, and the writer wrote there again later. */
static bool is_intermediate_read(const struct anomaly_facts *facts, const struct access *writer,
	const struct access *reader)
{
	if (reader->seen_min != SEEN_NO_VERSION || !reads_dirty(facts, writer, reader))
		return false;
	for (size_t i = 0; i < facts->access_count; i++) {
		const struct access *later = &facts->accesses[i];

		if (later->session == writer->session && later->writes &&
			later->time > reader->time && later->time <= writer->committed &&
			touched_overlap(&later->touched, &writer->touched))
			return true;
	}
	return false;
}

/* Each saw the other's. */
static bool is_circular_read(const struct anomaly_facts *facts, const struct access *writer,
	const struct access *reader)
{
	if (!reads_dirty(facts, writer, reader))
		return false;
	for (size_t i = 0; i < facts->access_count; i++) {
		const struct access *back = &facts->accesses[i];

		if (back->session == writer->session && back->reads && saw_others(back))
			return true;
	}
	return false;
}

/* The first version that has what the session wrote, as `reader` counts them; 0: it wrote
 * nothing. */
static int version_of(
	const struct anomaly_facts *facts, const struct access *reader, unsigned int session)
{
	int version = 0;

	for (unsigned int i = 0; i < facts->writer_count; i++) {
		version += facts->writers[i] != reader->session;
		if (facts->writers[i] == session)
			return version;
	}
	return 0;
}

/* Did `reader` miss what the other session, which is not undone, wrote? */
static bool misses(const struct anomaly_facts *facts, const struct access *reader,
	const struct access *writer)
{
	return reader->reads && !reader->undone && writer->writes && !writer->undone &&
	       reader->seen_max != SEEN_NO_VERSION &&
	       reader->seen_max < version_of(facts, reader, writer->session);
}

static bool both_miss(const struct anomaly_facts *facts, const struct access *reader,
	const struct access *writer)
{
	if (!misses(facts, reader, writer))
		return false;
	for (size_t i = 0; i < facts->access_count; i++)
		for (size_t j = 0; j < facts->access_count; j++) {
			const struct access *a = &facts->accesses[i];
			const struct access *b = &facts->accesses[j];

			if (a->session == writer->session && b->session == reader->session &&
				touched_overlap(&a->touched, &b->touched) &&
				misses(facts, a, b))
				return true;
		}
	return false;
}

/* Did another session add or remove rows that `reader` looked among? */
static bool others_added(const struct anomaly_facts *facts, const struct access *reader)
{
	for (size_t i = 0; i < facts->access_count; i++) {
		const struct access *a = &facts->accesses[i];

		if (a->session != reader->session && a->adds_rows && !a->undone &&
			touched_overlap(&a->touched, &reader->touched))
			return true;
	}
	return false;
}

typedef bool (*reads_rule)(
	const struct anomaly_facts *facts, const struct access *a, const struct access *b);

/* Are there two reads of one session, the first before the second, for which the rule holds? */
static bool any_reads(const struct anomaly_facts *facts, reads_rule rule)
{
	for (size_t i = 0; i < facts->access_count; i++)
		for (size_t j = 0; j < facts->access_count; j++) {
			const struct access *a = &facts->accesses[i];
			const struct access *b = &facts->accesses[j];

			if (a->session == b->session && a->time < b->time && a->reads &&
				b->reads && rule(facts, a, b))
				return true;
		}
	return false;
}

static bool goes_back(
	const struct anomaly_facts *facts, const struct access *a, const struct access *b)
{
	(void)facts;
	return b->seen_max != SEEN_NO_VERSION && a->seen_min > b->seen_max;
}

/* No version gives both. */
static bool sees_two_versions(
	const struct anomaly_facts *facts, const struct access *a, const struct access *b)
{
	(void)facts;
	return a->seen_min == SEEN_NO_VERSION || b->seen_min == SEEN_NO_VERSION ||
	       a->seen_min > b->seen_max || b->seen_min > a->seen_max;
}

static bool finds_added_rows(
	const struct anomaly_facts *facts, const struct access *a, const struct access *b)
{
	return sees_two_versions(facts, a, b) && saw_others(b) && others_added(facts, b);
}

/* A session read, did not see the other one's write, and wrote there itself. */
static bool overwrites_unseen(const struct anomaly_facts *facts, const struct access *reader,
	const struct access *writer)
{
	if (!facts->state_of_fewer || reader->writes || !misses(facts, reader, writer))
		return false;
	for (size_t i = 0; i < facts->access_count; i++) {
		const struct access *own = &facts->accesses[i];

		if (own->session == reader->session && own->writes && !own->undone &&
			own->time > reader->time &&
			touched_overlap(&own->touched, &writer->touched))
			return true;
	}
	return false;
}

static bool any_added(const struct anomaly_facts *facts)
{
	for (size_t i = 0; i < facts->access_count; i++)
		if (facts->accesses[i].adds_rows && !facts->accesses[i].undone)
			return true;
	return false;
}

/* Two sessions wrote two things in different orders, before either ended. */
static bool is_dirty_write(
	const struct anomaly_facts *facts, const struct access *a, const struct access *b)
{
	(void)facts;
	return a->writes && b->writes && a->time < b->time && b->time < a->committed;
}

enum anomaly anomaly_name(const struct anomaly_facts *facts)
{
	if (facts->serializable)
		return ANOMALY_REAL_TIME;
	if (any_pair(facts, is_aborted_read))
		return ANOMALY_G1A;
	if (any_pair(facts, is_intermediate_read))
		return ANOMALY_G1B;
	if (any_pair(facts, is_circular_read))
		return ANOMALY_G1C;
	if (any_reads(facts, goes_back))
		return ANOMALY_OTV;
	if (any_pair(facts, overwrites_unseen))
		return ANOMALY_LOST_UPDATE;
	if (any_reads(facts, finds_added_rows))
		return ANOMALY_PMP;
	if (any_reads(facts, sees_two_versions))
		return ANOMALY_G_SINGLE;
	if (any_pair(facts, both_miss))
		return any_added(facts) ? ANOMALY_G2 : ANOMALY_G2_ITEM;
	if (any_pair(facts, is_dirty_write))
		return ANOMALY_G0;
	return ANOMALY_UNNAMED;
}

static const struct {
	const char *title, *id, *symbol, *sentence;
} names[] = {
	[ANOMALY_NONE] = { "none", "none", "", "" },
	[ANOMALY_G0] = { "dirty write", "dirty-write", "G0",
		"two transactions overwrote each other's uncommitted data" },
	[ANOMALY_G1A] = { "aborted read", "aborted-read", "G1a",
		"a transaction read data of one that was rolled back" },
	[ANOMALY_G1B] = { "intermediate read", "intermediate-read", "G1b",
		"a transaction read data that its writer overwrote before committing" },
	[ANOMALY_G1C] = { "circular information flow", "circular-information-flow", "G1c",
		"two transactions each read what the other had not committed" },
	[ANOMALY_OTV] = { "observed transaction vanishes", "observed-transaction-vanishes",
		"OTV", "a transaction saw another one's effects and then no longer did" },
	[ANOMALY_PMP] = { "predicate-many-preceders", "predicate-many-preceders", "PMP",
		"a transaction looked for rows twice, before and after another one added "
		"some" },
	[ANOMALY_LOST_UPDATE] = { "lost update", "lost-update", "P4",
		"a committed update was overwritten by one that had not seen it" },
	[ANOMALY_G_SINGLE] = { "read skew", "read-skew", "G-single",
		"a transaction saw one part of the data from before another one, and another "
		"part "
		"from after it" },
	[ANOMALY_G2_ITEM] = { "write skew", "write-skew", "G2-item",
		"each transaction wrote on the strength of what the other one was changing" },
	[ANOMALY_G2] = { "write skew on a predicate", "predicate-write-skew", "G2",
		"each transaction looked for rows, did not see the other one's, and wrote its "
		"own" },
	[ANOMALY_REAL_TIME] = { "stale order", "stale-order", "not strict",
		"only an order in which a transaction comes before one that had ended earlier "
		"gives this" },
	[ANOMALY_UNNAMED] = { "not serializable", "not-serializable", "",
		"no order of the transactions one after another gives this" },
};

const char *anomaly_title(enum anomaly anomaly)
{
	return names[anomaly].title;
}

const char *anomaly_id(enum anomaly anomaly)
{
	return names[anomaly].id;
}

const char *anomaly_symbol(enum anomaly anomaly)
{
	return names[anomaly].symbol;
}

const char *anomaly_sentence(enum anomaly anomaly)
{
	return names[anomaly].sentence;
}
