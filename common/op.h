/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of visible operations: everything that one thread does and another can notice.
 * A scheduling point stands before each. The names are part of the .weft format: a name is
 * never changed or removed, new ones are added at the end.
 */
#ifndef WEFT_COMMON_OP_H
#define WEFT_COMMON_OP_H

/* What an operation can do to others; the strategies and the spin detector go by it. */
enum op_effect {
	OP_EFFECT_LOCAL, /* nothing that another thread can see */
	OP_EFFECT_READ, /* observes shared state, changes none: repeated for ever it is spinning
			 */
	OP_EFFECT_WRITE, /* may change what another thread observes */
	OP_EFFECT_YIELD, /* says that the thread has nothing to do at the moment */
};

/* OP(symbol, name in files, effect) */
#define WEFT_OPS(OP)                                \
	OP(NONE, "none", LOCAL)                     \
	OP(THREAD_START, "start", LOCAL)            \
	OP(THREAD_EXIT, "exit", WRITE)              \
	OP(THREAD_CREATE, "create", WRITE)          \
	OP(THREAD_JOIN, "join", WRITE)              \
	OP(THREAD_TRYJOIN, "tryjoin", READ)         \
	OP(THREAD_DETACH, "detach", WRITE)          \
	OP(THREAD_CANCEL, "cancel", WRITE)          \
	OP(THREAD_KILL, "kill", WRITE)              \
	OP(READ, "read", READ)                      \
	OP(WRITE, "write", WRITE)                   \
	OP(ATOMIC_LOAD, "atomic-load", READ)        \
	OP(ATOMIC_STORE, "atomic-store", WRITE)     \
	OP(ATOMIC_RMW, "atomic-rmw", WRITE)         \
	OP(ATOMIC_CAS, "atomic-cas", WRITE)         \
	OP(FENCE, "fence", LOCAL)                   \
	OP(MUTEX_LOCK, "lock", WRITE)               \
	OP(MUTEX_TRYLOCK, "trylock", WRITE)         \
	OP(MUTEX_UNLOCK, "unlock", WRITE)           \
	OP(RWLOCK_RDLOCK, "rdlock", WRITE)          \
	OP(RWLOCK_WRLOCK, "wrlock", WRITE)          \
	OP(RWLOCK_TRYLOCK, "tryrwlock", WRITE)      \
	OP(RWLOCK_UNLOCK, "rwunlock", WRITE)        \
	OP(COND_WAIT, "cond-wait", WRITE)           \
	OP(COND_SIGNAL, "cond-signal", WRITE)       \
	OP(COND_BROADCAST, "cond-broadcast", WRITE) \
	OP(SEM_WAIT, "sem-wait", WRITE)             \
	OP(SEM_TRYWAIT, "sem-trywait", WRITE)       \
	OP(SEM_POST, "sem-post", WRITE)             \
	OP(SEM_GETVALUE, "sem-getvalue", READ)      \
	OP(BARRIER_WAIT, "barrier-wait", WRITE)     \
	OP(SPIN_LOCK, "spin-lock", WRITE)           \
	OP(SPIN_TRYLOCK, "spin-trylock", WRITE)     \
	OP(SPIN_UNLOCK, "spin-unlock", WRITE)       \
	OP(ONCE, "once", WRITE)                     \
	OP(INIT, "init", WRITE)                     \
	OP(DESTROY, "destroy", WRITE)               \
	OP(FUTEX_WAIT, "futex-wait", READ)          \
	OP(FUTEX_WAKE, "futex-wake", WRITE)         \
	OP(FUTEX_LOCK, "futex-lock", WRITE)         \
	OP(FUTEX_UNLOCK, "futex-unlock", WRITE)     \
	OP(YIELD, "yield", YIELD)                   \
	OP(SLEEP, "sleep", YIELD)                   \
	OP(CLOCK, "clock", READ)                    \
	OP(FD_READ, "fd-read", WRITE)               \
	OP(FD_WRITE, "fd-write", WRITE)             \
	OP(FD_ACCEPT, "fd-accept", WRITE)           \
	OP(FD_CONNECT, "fd-connect", WRITE)         \
	OP(FD_POLL, "fd-poll", READ)                \
	OP(FD_OPEN, "fd-open", WRITE)               \
	OP(FD_CLOSE, "fd-close", WRITE)             \
	OP(FILE_LOCK, "file-lock", WRITE)           \
	OP(FILE_UNLOCK, "file-unlock", WRITE)       \
	OP(SIGNAL_WAIT, "signal-wait", WRITE)       \
	OP(SIGNAL_HANDLER, "signal-handler", WRITE) \
	OP(PROCESS_FORK, "fork", WRITE)             \
	OP(PROCESS_WAIT, "waitpid", WRITE)          \
	OP(PROCESS_EXIT, "exit-process", WRITE)     \
	OP(LOADER, "loader", WRITE)                 \
	OP(STREAM_LOCK, "stream-lock", WRITE)       \
	OP(STREAM_UNLOCK, "stream-unlock", WRITE)   \
	OP(POINT, "point", YIELD)                   \
	OP(CHOOSE, "choose", LOCAL)                 \
	OP(OPERATION, "operation", LOCAL)           \
	OP(OPERATION_END, "operation-end", LOCAL)

enum op_kind {
#define OP(symbol, name, effect) OP_##symbol,
	WEFT_OPS(OP)
#undef OP
		OP_KIND_COUNT
};

/* Returns the kind's name in files, a static string; "none" for a value out of range. */
const char *op_name(enum op_kind kind);

/* Returns the kind of that name, or -1 when there is none. */
int op_from_name(const char *name);

extern const unsigned char op_effects[OP_KIND_COUNT];

static inline enum op_effect op_effect(enum op_kind kind)
{
	return (enum op_effect)op_effects[kind];
}

#endif
