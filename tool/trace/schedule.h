/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schedule and its file, `.weft`: what was run, under which settings, what it showed, and
 * every decision that differed from the default. docs/format.md and weft.5 are the grammar.
 *
 * A struct schedule owns all that it points to; strings are put into it by schedule_keep() or
 * schedule_keep_bytes() and live as long as it does. Paths and arguments may hold any byte but
 * zero; all other strings are UTF-8. Reading back what was written gives an equal schedule.
 */
#ifndef WEFT_TOOL_TRACE_SCHEDULE_H
#define WEFT_TOOL_TRACE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/op.h"
#include "common/wire.h"
#include "tool/diag.h"

#define SCHEDULE_VERSION 1

/* Limits of a file; more is refused with a message. */
#define SCHEDULE_SIZE_MAX (64u << 20)
#define SCHEDULE_DECISIONS_MAX 1000000u
#define SCHEDULE_ARGUMENTS_MAX 65536u
#define SCHEDULE_EXTRA_MAX 1024u

/* What a file that doesn't say otherwise means. */
#define SCHEDULE_STEP_LIMIT 1000000u
#define SCHEDULE_QUARANTINE_MIB WIRE_QUARANTINE_MIB

enum schedule_location_kind {
	SCHEDULE_LOCATION_SOURCE, /* function, file and line */
	SCHEDULE_LOCATION_MODULE, /* no debug information: an offset in an ELF file */
};

/* Where in the program's code. Strings that don't belong to the kind are NULL, numbers 0. */
struct schedule_location {
	enum schedule_location_kind kind;
	uint32_t line;
	const char *function; /* SOURCE: innermost, inlined or not; "" when unknown */
	const char *file;     /* SOURCE: base name, or the fewest folders that make it unique */
	const char *module;   /* MODULE: base name of the ELF file */
	uint64_t offset;      /* MODULE: of the return address, from where the file is loaded */
};

/* A struct wire_decision in words; see there for what the fields mean. */
struct schedule_decision {
	char thread[WIRE_PATH_SIZE];
	char chosen[WIRE_PATH_SIZE]; /* PREEMPT, NEXT; empty for all others */
	uint64_t value;		     /* all but PREEMPT and NEXT; 0 for these */
	uint32_t location;	     /* index in the schedule's locations, or WIRE_NONE: any */
	uint32_t occurrence;	     /* 1-based */
	uint32_t repetition;	     /* 1-based */
	enum op_kind op;
	enum wire_decision_kind kind;
	const char *comment; /* stands at the end of the line, for people; or NULL */
};

/* The strings, and the index of the locations. */
struct schedule_memory;

struct schedule {
	const char *comment; /* lines for people under the first one, split by '\n'; or NULL */

	/* What to run. */
	const char *program;	/* path as given, relative where it was */
	const char *build_id;	/* hexadecimal, or NULL */
	const char **arguments; /* without argv[0] */
	size_t argument_count;
	const char *directory; /* to start it in; NULL: where weft is started */
	const char *input;     /* the program's standard input; NULL: /dev/null */

	/* What found it: for people and for re-running the search, not needed for replaying. */
	const char *strategy; /* see strategy_name(), or NULL */
	uint64_t seed;
	uint64_t execution; /* 1-based; 0: unknown */

	/* What else an execution depends on; as in struct wire_config. */
	enum wire_model model;
	enum wire_carrier carrier;
	enum wire_points points;
	uint64_t realtime_start_ns;
	uint64_t random_seed;
	uint64_t step_limit;
	uint32_t memory_limit_mib; /* 0: none */
	uint32_t quarantine_mib;   /* of freed heap blocks; 0: none */

	/* What it showed. */
	const char *expect_kind;  /* a finding's kind as in the JSON, or NULL: no finding */
	const char *expect_where; /* "bank.c:21 withdraw" */
	uint64_t fingerprint;
	uint64_t hash; /* event hash of its replay on the build it was found on; 0: unknown */

	/* Header lines that a later version added, verbatim. */
	const char **extra;
	size_t extra_count;

	struct schedule_location *locations;
	size_t location_count;

	/* In the order in which they came up. */
	struct schedule_decision *decisions;
	size_t decision_count;

	struct schedule_memory *memory;
};

/* An empty schedule with the defaults above, or NULL when memory is exhausted. */
struct schedule *schedule_new(void);
void schedule_free(struct schedule *schedule);

/* A copy that the schedule owns, or NULL when memory is exhausted. */
const char *schedule_keep(struct schedule *schedule, const char *text);
const char *schedule_keep_bytes(struct schedule *schedule, const char *bytes, size_t size);

/*
 * The adders copy what they are given, strings included. They return 0, -ENOMEM, or -E2BIG when
 * a limit above is reached.
 */
int schedule_add_argument(struct schedule *schedule, const char *argument);
int schedule_add_extra(struct schedule *schedule, const char *line);
int schedule_add_decision(struct schedule *schedule, const struct schedule_decision *decision);

/* The same place in the code? */
bool schedule_location_equal(
	const struct schedule_location *a, const struct schedule_location *b);

/* Adds `location` unless an equal one is there; its index goes to `ret_index`. */
int schedule_add_location(struct schedule *schedule, const struct schedule_location *location,
	uint32_t *ret_index);

/*
 * What the runtime is told. The location number is the index in `locations`: resolve those, in
 * this order, into struct wire_location with the same numbers. Returns 0, or -EINVAL when a
 * path is no creation path, which a schedule that was read or saved never has.
 */
int schedule_decision_to_wire(
	const struct schedule_decision *decision, struct wire_decision *ret_wire);

/* Does this kind of decision choose a thread? All others give a value. */
bool schedule_chooses_thread(enum wire_decision_kind kind);

/*
 * Reads a file, or `size` bytes of text that messages call `name`. Returns 0 and a schedule
 * that the caller frees, or a negative errno, with "file:line:column: what is wrong" in `diag`.
 */
int schedule_read(const char *path, struct schedule **ret_schedule, struct diag *diag);
int schedule_parse(const char *name, const char *text, size_t size,
	struct schedule **ret_schedule, struct diag *diag);

/* Writes the text. Returns 0, or a negative errno when the stream failed. */
int schedule_write(const struct schedule *schedule, FILE *stream);

/*
 * Writes the file, all or nothing: a temporary one beside it is renamed once it is complete, so
 * that what stood there before stays until then. Returns 0, or a negative errno and the
 * message.
 */
int schedule_save(const struct schedule *schedule, const char *path, struct diag *diag);

#endif
