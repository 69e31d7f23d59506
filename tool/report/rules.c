/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds; see rules.h. Text here is text in docs/findings.md. */
#include "tool/report/rules.h"

#include <string.h>

#include "common/bug.h"

static const struct rule rules[] = {
	{ "data-race", "Data race",
		"Two threads access the same memory, at least one of them writes, and nothing "
		"orders the two accesses. The behaviour of such a program is undefined in C "
		"and "
		"C++.",
		SEVERITY_ERROR },
	{ "deadlock", "Deadlock",
		"No thread can go on: each waits for something that only another waiting "
		"thread "
		"could give it, or for a signal that nobody is left to send.",
		SEVERITY_ERROR },
	{ "lock-order", "Possible deadlock (lock order)",
		"Locks are taken in orders that contradict each other. Predicted from "
		"executions "
		"that passed: no execution was seen to deadlock over them.",
		SEVERITY_NOTE },
	{ "lost-wakeup", "Lost wakeup",
		"A thread waits for a signal that was sent before it waited, when nobody heard "
		"it. "
		"Nobody sends another one.",
		SEVERITY_ERROR },
	{ "livelock", "Livelock",
		"Threads run, but only look at what each other would have to change. None of "
		"them "
		"makes progress.",
		SEVERITY_ERROR },
	{ "hang", "Hang",
		"The execution reached its limit of operations or of time without an end.",
		SEVERITY_ERROR },
	{ "crash", "Crash", "A signal ended the program, for example SIGSEGV or SIGABRT.",
		SEVERITY_ERROR },
	{ "assertion", "Failed assertion", "An assertion in the program failed.",
		SEVERITY_ERROR },
	{ "use-after-free", "Use after free",
		"Memory of the heap was accessed after it had been freed.", SEVERITY_ERROR },
	{ "double-free", "Double free", "Memory of the heap was freed a second time.",
		SEVERITY_ERROR },
	{ "invalid-free", "Invalid free",
		"What was freed is not the start of memory that the heap gave out.",
		SEVERITY_ERROR },
	{ "memory-error", "Memory error",
		"A sanitizer in the program reported an access to memory that is not the "
		"program's to access.",
		SEVERITY_ERROR },
	{ "stack-overflow", "Stack overflow",
		"A thread used up its stack, usually by recursion that does not end.",
		SEVERITY_ERROR },
	{ "lock-misuse", "Misuse of a lock",
		"A synchronisation object was used as its specification forbids: unlocked by a "
		"thread that does not hold it, destroyed while in use, or waited on without "
		"its "
		"mutex, for example.",
		SEVERITY_ERROR },
	{ "exit-status", "Unexpected exit status",
		"The program ended with another exit status than the one expected, which is "
		"usually 0.",
		SEVERITY_ERROR },
	{ "atomicity", "Atomicity violation",
		"Operations that the program marked with weft_op_begin() and weft_op_end() "
		"gave "
		"results and observed values that no order of them gives in which they do not "
		"overlap.",
		SEVERITY_ERROR },
	{ "never-true", "Never true",
		"A condition of weft_assert_sometimes() was looked at, but was true in no "
		"execution of the campaign.",
		SEVERITY_WARNING },
	{ "outcome", "Outcome",
		"One of a program's outcomes, which weft outcomes wrote a schedule for. No "
		"error by itself.",
		SEVERITY_NOTE },
	{ "output", "Different output",
		"The program wrote something else than it does without preemption. Looked for "
		"with --check-output only.",
		SEVERITY_WARNING },
};

#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

const struct rule *rules_all(size_t *ret_count)
{
	*ret_count = RULE_COUNT;
	return rules;
}

const struct rule *rule_by_name(const char *name)
{
	for (size_t i = 0; i < RULE_COUNT; i++)
		if (strcmp(rules[i].name, name) == 0)
			return &rules[i];
	return NULL;
}

const struct rule *rule_of(enum finding_kind kind)
{
	const struct rule *rule = rule_by_name(finding_kind_name(kind));

	BUG_ON(!rule);
	return rule;
}

size_t rule_index(const struct rule *rule)
{
	return (size_t)(rule - rules);
}

enum severity finding_severity(const struct finding *finding)
{
	enum severity severity = rule_of(finding->kind)->severity;

	if (severity == SEVERITY_ERROR && (finding->unrepeated || !finding->deterministic))
		return SEVERITY_WARNING;
	return severity;
}

const char *severity_name(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "error";
	case SEVERITY_WARNING:
		return "warning";
	default:
		return "note";
	}
}
