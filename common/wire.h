/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tool and the runtime say to each other: the layout of the memory they share, one
 * region for each execution server, and the few bytes on the socket between them.
 *
 * The tool makes the region, writes `config` once and `request` before each execution; the
 * runtime writes `result` and the areas below it. Only one side writes at any time: the socket
 * hands the turn over. The region is found through the environment variable WEFT_REGION (a
 * path) and the socket through WEFT_SOCKET (a descriptor number); without a socket, one
 * execution is run in place.
 *
 * Thread and object numbers are given in the order of creation or first use, so that they are
 * the same in each execution of one schedule; addresses are raw and belong to one process
 * image.
 */
#ifndef WEFT_COMMON_WIRE_H
#define WEFT_COMMON_WIRE_H

#include <stdint.h>

#define WIRE_MAGIC 0x74666577u /* "weft" */
#define WIRE_VERSION 5u
#define WIRE_NONE UINT32_MAX

#define WIRE_ENV_REGION "WEFT_REGION"
#define WIRE_ENV_SOCKET "WEFT_SOCKET"
/* The user's own values, put back before the program's first instruction. */
#define WIRE_ENV_OLD_PRELOAD "WEFT_OLD_PRELOAD"
#define WIRE_ENV_OLD_LIBRARY_PATH "WEFT_OLD_LIBRARY_PATH"
/* Present when LD_BIND_NOW is the tool's: taken out with it. */
#define WIRE_ENV_BIND_NOW "WEFT_BIND_NOW"

/*
 * Sent to the process of an execution that is about to be killed for taking too long (SIGRTMAX
 * - 3 as the kernel counts): the runtime writes THREADS, OBJECTS and STACKS as at a failure,
 * and ends. A server gets it when the tool is gone, and ends with all that it started.
 */
#define WIRE_SIGNAL_STALLED 61

/* What the two say on the socket, one byte each; DONE is followed by the int32_t wait status.
 */
enum wire_message {
	WIRE_READY = 'r', /* runtime: at the point before main, waiting for a request */
	WIRE_RUN = 'x',	  /* tool: run what `request` says */
	WIRE_DONE = 'd',  /* runtime: the execution ended */
};

enum wire_carrier { WIRE_CARRIER_FIBER, WIRE_CARRIER_THREAD };
enum wire_model { WIRE_MODEL_SC, WIRE_MODEL_C11 };
enum wire_points { WIRE_POINTS_AUTO, WIRE_POINTS_SYNC, WIRE_POINTS_ALL };

enum wire_strategy {
	WIRE_STRATEGY_SEQUENTIAL,    /* no preemption */
	WIRE_STRATEGY_RANDOM,	     /* random with inertia */
	WIRE_STRATEGY_PCT,	     /* Burckhardt et al., ASPLOS 2010 */
	WIRE_STRATEGY_POS,	     /* Yuan, Yang, Gu, CAV 2018 */
	WIRE_STRATEGY_REPLAY,	     /* the decisions area, sequential otherwise */
	WIRE_STRATEGY_LOCKSTEP,	     /* each thread one operation, round after round */
	WIRE_STRATEGY_DELAY,	     /* delay bounding: Emmi, Qadeer, Rakamaric, POPL 2011 */
	WIRE_STRATEGY_SURW,	     /* selectively uniform random walk, ASPLOS 2025 */
	WIRE_STRATEGY_DRIVEN,	     /* the orders of the request, over another strategy */
	WIRE_STRATEGY_NONPREEMPTIVE, /* random, but for preemptions: there are none */
	WIRE_STRATEGY_ENUMERATE,     /* the choices area, see enum wire_enumerate */
	WIRE_STRATEGY_COUNT
};

enum wire_verdict {
	WIRE_VERDICT_NONE,   /* still running, or ended without telling: see the wait status */
	WIRE_VERDICT_EXIT,   /* left by exit; `value` is the status */
	WIRE_VERDICT_SIGNAL, /* a fatal signal; `value` is its number */
	WIRE_VERDICT_ASSERTION,	 /* assert() failed or the C++ runtime terminated; see `message`
				  */
	WIRE_VERDICT_DEADLOCK,	 /* nobody can run and no timer is pending */
	WIRE_VERDICT_LIVELOCK,	 /* everyone who can run only spins */
	WIRE_VERDICT_STEP_LIMIT, /* `step_limit` operations were done */
	WIRE_VERDICT_REPORT,	 /* a sanitizer in the program reported an error; see `message`
				  */
	WIRE_VERDICT_STACK,	 /* a thread ran over the end of its stack */
	WIRE_VERDICT_USE_AFTER_FREE, /* of a heap block, see BLOCKS; `value` is the op */
	WIRE_VERDICT_DOUBLE_FREE,    /* see BLOCKS */
	WIRE_VERDICT_INVALID_FREE,   /* of what no allocator gave, see BLOCKS */
	WIRE_VERDICT_STALLED, /* no operation for the wall-clock limit: told by the watchdog */
	WIRE_VERDICT_UNSUPPORTED, /* something weft can't control; see `message` */
	WIRE_VERDICT_DEFECT,	  /* a BUG_ON of the runtime; see `message` */
};

/* Why the next thread was chosen, or which value: the kinds of decisions. Names as in op.h. */
#define WIRE_DECISIONS(DECISION)                                                              \
	DECISION(NONE, "none")                                                                \
	DECISION(PREEMPT, "preempt") /* a thread that could go on is left at a point */       \
	DECISION(NEXT, "next")	     /* who goes on when a thread waits, yields or ends */    \
	DECISION(WAKE, "wake")	     /* which waiter a signal wakes; the value counts them */ \
	DECISION(TIMEOUT, "timeout") /* the earliest timer fires though others can run */     \
	DECISION(SPURIOUS, "spurious") /* a condition wait returns unsignalled */             \
	DECISION(BYTES, "bytes")       /* how many bytes fewer a read or write moves */       \
	DECISION(ORDER, "order")       /* which of several ready events comes first */        \
	DECISION(CHOOSE, "choose")     /* what weft_choose() gives the program */

enum wire_decision_kind {
#define DECISION(symbol, name) WIRE_DECISION_##symbol,
	WIRE_DECISIONS(DECISION)
#undef DECISION
		WIRE_DECISION_COUNT
};

/*
 * One decision that differs from the default, by stable coordinates: the thread's creation
 * path, which operation of that thread (the occurrence-th of this kind at this location), and
 * the how-manieth decision of this kind within the operation. Defaults: stay with the running
 * thread; when it can't go on, the next runnable number, cyclically; every other value 0.
 */
struct wire_decision {
	uint64_t thread;     /* path_hash of the thread that is at the operation */
	uint64_t value;	     /* PREEMPT, NEXT: path_hash of the chosen thread; else the value */
	uint32_t location;   /* number in the locations area, or WIRE_NONE: any */
	uint32_t occurrence; /* 1-based */
	uint32_t repetition; /* 1-based: the how-manieth of this kind within the operation */
	uint16_t op;	     /* enum op_kind */
	uint16_t kind;	     /* enum wire_decision_kind */
};

/*
 * Code addresses that belong to one location: return addresses `pc` with start < pc <= end.
 * Sorted by start, not overlapping.
 */
struct wire_location {
	uint64_t start;
	uint64_t end;
	uint32_t location;
	uint32_t unused;
};

/* Operations of a kind at a place: those that fit in all that is not 0. */
struct wire_place {
	uint64_t pc;
	uint64_t thread;     /* path hash */
	uint32_t op;	     /* enum op_kind */
	uint32_t on_arrival; /* 1: it counts as done when a thread has come to it */
};

enum wire_constraint_kind {
	WIRE_CONSTRAINT_ATOMIC, /* from the first to the second a thread is not interrupted */
	WIRE_CONSTRAINT_ORDER,	/* the second waits until the first was done once */
};

/* What the scheduler must not do, to see what would then come of it. */
struct wire_constraint {
	uint32_t kind; /* enum wire_constraint_kind */
	uint32_t unused;
	struct wire_place first;
	struct wire_place second;
};

/*
 * One visible operation, or a decision taken; written when recording. An operation's event is
 * written when its thread comes to it, before the decisions taken there: after a PREEMPT that
 * chose another thread, the operation itself happens only when its thread runs again (but for
 * THREAD_CREATE, whose point stands after it). `result` is filled
 * in when the operation is over. Decision events carry the thread, op and pc they were taken
 * at, and stand for every question that was asked, also those answered by the default.
 *
 * Values are those of accesses of up to 8 bytes, low byte first; `known` says which of them
 * were seen. What a plain write leaves is looked at when its thread has come to the next hook,
 * which is before anyone else runs; it stays unknown where that can't be told from something
 * later.
 */
struct wire_event {
	uint64_t pc;	  /* return address of the call in the program */
	uint64_t address; /* of the object or the memory */
	uint64_t value;	  /* DECISION events: the value; accesses: what was read, or is left */
	uint64_t before;  /* accesses: what was there before */
	uint32_t thread;
	uint32_t object;   /* number in the objects area, or WIRE_NONE */
	uint32_t stack;	   /* byte offset in the stacks area of a wire_stack, or WIRE_NONE */
	int32_t result;	   /* what the call returned: an errno for POSIX threads, a count or a
			    * negated errno for system calls; the size of accesses */
	uint32_t chosen;   /* decisions about threads: who was chosen */
	uint32_t usual;	   /* decisions about threads: the default */
	uint16_t op;	   /* enum op_kind */
	uint16_t decision; /* enum wire_decision_kind; NONE: an operation */
	uint32_t known;	   /* bit set of enum wire_known */
};

enum wire_known {
	WIRE_KNOWN_VALUE = 1u << 0,
	WIRE_KNOWN_BEFORE = 1u << 1,
};

/*
 * Which executions WIRE_STRATEGY_ENUMERATE chooses among: a bit set. Without SERIAL there is no
 * preemption at all.
 */
enum wire_enumerate {
	/* Preemptions, but not of a thread between weft_op_begin() and weft_op_end(). */
	WIRE_ENUMERATE_SERIAL = 1u << 0,
	/*
	 * Nothing is chosen before what no other thread can depend on: creating, joining, the
	 * beginning and end of threads, the end of operations. Right only if every access to
	 * shared memory outside of operations is a scheduling point.
	 */
	WIRE_ENUMERATE_REDUCED = 1u << 1,
};

/* One choice that WIRE_STRATEGY_ENUMERATE made among several. */
struct wire_choice {
	uint32_t chosen; /* below `count`; 0 is the usual one */
	uint32_t count;
};

enum wire_observation_kind {
	WIRE_OBSERVED_VALUE,
	WIRE_OBSERVED_TEXT,	  /* the text follows the name */
	WIRE_OBSERVED_OPERATION,  /* `value`: its result */
	WIRE_OBSERVED_UNFINISHED, /* an operation that began and has not ended */
	WIRE_OBSERVED_SOMETIMES,  /* of the text `name`; `value` 1: it was true */
	WIRE_OBSERVED_EVENTUALLY, /* the same */
	WIRE_OBSERVATION_KIND_COUNT
};

/* What the program told through <weft/weft.h>, in the order in which it did. */
struct wire_observation {
	uint64_t thread; /* path_hash */
	int64_t value;
	uint64_t pc;
	uint32_t size;	    /* bytes with what follows, a multiple of 8 */
	uint16_t kind;	    /* enum wire_observation_kind */
	uint16_t name_size; /* with its zero byte; what is left of `size` is a text's */
	uint32_t stack;	    /* offset in the stacks area, or WIRE_NONE */
	uint32_t thread_number;
	char name[];
};

enum wire_thread_state {
	WIRE_THREAD_RUNNABLE,
	WIRE_THREAD_WAITING,
	WIRE_THREAD_FINISHED,
};

#define WIRE_PATH_SIZE 64
#define WIRE_NAME_SIZE 16

struct wire_thread {
	char path[WIRE_PATH_SIZE]; /* creation path: "main", "main.2", "main.2.1" */
	char name[WIRE_NAME_SIZE]; /* as the program set it, or empty */
	uint64_t create_pc;	   /* where it was created; 0 for main */
	uint64_t start_routine;
	uint64_t wait_deadline_ns; /* UINT64_MAX: none */
	uint64_t pc;		   /* of the operation it is at or waits in */
	uint64_t stack_low;	   /* where its stack may be; 0 for main's: not known */
	uint64_t stack_high;	   /* the end of that, its thread-local storage included */
	uint64_t thread_pointer;   /* the end of its thread-local storage */
	uint32_t parent;
	uint32_t state;	      /* enum wire_thread_state */
	uint32_t wait_object; /* what it waits for, or WIRE_NONE */
	uint32_t op;	      /* enum op_kind of the operation it is at or waits in */
	uint32_t stack;	      /* its stack now: offset in the stacks area, or WIRE_NONE */
	uint32_t spinning;    /* 1: its last operations only observed, and nothing changed */
};

/* OBJECT(symbol, noun in reports) */
#define WIRE_OBJECTS(OBJECT)               \
	OBJECT(NONE, "nothing")            \
	OBJECT(THREAD, "thread")           \
	OBJECT(MUTEX, "mutex")             \
	OBJECT(RWLOCK, "rwlock")           \
	OBJECT(COND, "condition variable") \
	OBJECT(SEM, "semaphore")           \
	OBJECT(BARRIER, "barrier")         \
	OBJECT(SPIN, "spin lock")          \
	OBJECT(ONCE, "once control")       \
	OBJECT(FUTEX, "futex")             \
	OBJECT(FD, "file descriptor")      \
	OBJECT(FILE_LOCK, "file lock")     \
	OBJECT(CHILD, "child process")     \
	OBJECT(SIGNAL, "signal")           \
	OBJECT(SLEEP, "time")              \
	OBJECT(STREAM, "stdio stream")     \
	OBJECT(LOADER, "dynamic loader")

enum wire_object_kind {
#define OBJECT(symbol, noun) WIRE_OBJECT_##symbol,
	WIRE_OBJECTS(OBJECT)
#undef OBJECT
		WIRE_OBJECT_KIND_COUNT
};

#define WIRE_HOLDERS 8

struct wire_object {
	uint64_t address; /* of the object in the program; descriptor number for FD */
	uint32_t kind;	  /* enum wire_object_kind */
	uint32_t number;
	uint32_t holder_count; /* may exceed WIRE_HOLDERS: only the first are listed */
	uint32_t waiter_count;
	uint32_t value; /* of a semaphore: its count; of a barrier: how many have arrived */
	uint32_t limit; /* of a barrier: how many it waits for */
	uint32_t holders[WIRE_HOLDERS];
	uint32_t holder_stacks[WIRE_HOLDERS]; /* where each acquired it, or WIRE_NONE */
	uint64_t holder_pcs[WIRE_HOLDERS];
};

/*
 * The top of one thread's stack, for unwinding outside the process. The bytes of the stack from
 * `sp` upwards follow the header; `size` of them, a multiple of 8.
 */
struct wire_stack {
	uint64_t sp;
	uint64_t pc;
	uint64_t rbp, rbx, r12, r13, r14, r15;
	uint32_t thread;
	uint32_t size;
	uint8_t bytes[];
};

#define WIRE_HELD 8

/* One of the two accesses of a race. */
struct wire_access {
	uint64_t address;
	uint64_t pc;   /* 0: not known */
	uint64_t size; /* bytes; of the earlier access, at most 8 of them */
	uint32_t thread;
	uint32_t op; /* OP_READ, OP_WRITE, OP_ATOMIC_LOAD; OP_ATOMIC_STORE: any atomic write */
	uint32_t epoch;		  /* of the thread's clock, for wire_request.watch_epoch */
	uint32_t stack;		  /* offset in the stacks area, or WIRE_NONE */
	uint32_t held_count;	  /* locks held; may exceed WIRE_HELD */
	uint32_t held[WIRE_HELD]; /* their numbers in the objects area */
	uint32_t frees;		  /* 1: it frees the heap block that these bytes are */
};

/* Two accesses that conflict, neither of which happens before the other. */
struct wire_race {
	struct wire_access earlier; /* in this execution */
	struct wire_access later;
	uint64_t step; /* at which it was seen */
};

/*
 * MISUSE(symbol, name in files, what was done). Each is undefined behaviour by POSIX, or leaves
 * behind what nobody can clean up; what POSIX lets fail with an error is none.
 */
#define WIRE_MISUSES(MISUSE)                                                                 \
	MISUSE(UNLOCK_FREE, "unlock-free", "unlocks what nobody holds")                      \
	MISUSE(UNLOCK_OTHERS, "unlock-others", "unlocks what another thread holds")          \
	MISUSE(DESTROY_HELD, "destroy-held", "destroys what is held")                        \
	MISUSE(DESTROY_WAITED, "destroy-waited", "destroys what a thread waits for")         \
	MISUSE(INIT_HELD, "init-held", "initialises what is held")                           \
	MISUSE(INIT_WAITED, "init-waited", "initialises what a thread waits for")            \
	MISUSE(COND_TWO_MUTEXES, "cond-two-mutexes", "waits with another mutex than others") \
	MISUSE(WAIT_UNLOCKED, "wait-unlocked", "waits without holding the mutex")            \
	MISUSE(THREAD_ENDS_HOLDING, "thread-ends-holding", "ends while it holds a lock")     \
	MISUSE(HANDLER_BLOCKS, "handler-blocks", "makes a call that may block in a handler") \
	MISUSE(EXIT_HOLDING, "exit-holding", "ends the process while it holds a lock")       \
	MISUSE(THREAD_LEAK, "thread-leak", "ended, and was neither joined nor detached")

enum wire_misuse_kind {
#define MISUSE(symbol, name, words) WIRE_MISUSE_##symbol,
	WIRE_MISUSES(MISUSE)
#undef MISUSE
		WIRE_MISUSE_KIND_COUNT
};

/* A use of a lock or thread that is wrong by itself, whatever comes of it. */
struct wire_misuse {
	uint64_t pc; /* of the call; THREAD_LEAK: of the thread's creation */
	/* Where another thread, or the same one earlier, acquired the object or waits for it.
	 */
	uint64_t other_pc; /* or 0 */
	uint64_t address;  /* of the object */
	uint64_t step;
	uint32_t kind; /* enum wire_misuse_kind */
	uint32_t thread;
	uint32_t object;       /* number in the objects area, or WIRE_NONE */
	uint32_t stack;	       /* offset in the stacks area, or WIRE_NONE */
	uint32_t other_thread; /* or WIRE_NONE */
	uint32_t other_object; /* COND_TWO_MUTEXES: the others' mutex; or WIRE_NONE */
	uint32_t other_stack;
	uint32_t op; /* HANDLER_BLOCKS: enum op_kind of the operation that was interrupted */
};

/* Where what was given to free() without being a block lies. */
enum wire_block_place {
	WIRE_BLOCK_START, /* it is one */
	WIRE_BLOCK_MIDDLE,
	WIRE_BLOCK_STACK,
	WIRE_BLOCK_STATIC, /* a variable of a loaded module */
};

/*
 * A block of the heap that a failure is about, or that the watched or a racing address lies in.
 * Stacks are kept only for wire_request.watch_block, when recording.
 */
struct wire_block {
	uint64_t address;
	uint64_t size; /* as the program asked for; 0: it is no block */
	uint64_t alloc_pc;
	uint64_t free_pc; /* 0: not freed */
	uint64_t access_address;
	uint64_t access_size;
	uint32_t alloc_thread;
	uint32_t free_thread; /* WIRE_NONE: not freed */
	uint32_t alloc_stack; /* offset in the stacks area, or WIRE_NONE */
	uint32_t free_stack;
	uint32_t place; /* enum wire_block_place */
	/* With the stacks: how many events came before the free; WIRE_NONE: not known. */
	uint32_t free_event;
};

enum wire_step_flag {
	WIRE_STEP_RESUMED = 1u << 0,   /* the thread goes on after waiting in that operation */
	WIRE_STEP_TIMED_OUT = 1u << 1, /* for its time was over */
	WIRE_STEP_TIMED = 1u << 2,     /* it waits no longer than until a deadline */
	WIRE_STEP_PLAIN = 1u << 3,     /* an access that is no scheduling point */
};

/*
 * The wait on a condition variable is two operations: it begins, and at its end it takes the
 * mutex. The second has this bit in its occurrence where steps are named.
 */
#define WIRE_OCCURRENCE_RESUMED 0x80000000u

/* One operation that was carried out, or tried: see runtime/core/trace.h. */
struct wire_step {
	uint64_t pc;
	/* Address of the object or the memory; at the end of a condition wait the mutex. */
	uint64_t place;
	uint64_t thread;     /* path hash */
	uint32_t occurrence; /* the thread's how-manieth operation at this pc, from 1 */
	uint32_t number;     /* of the thread */
	uint32_t size;	     /* of an access */
	uint16_t op;	     /* enum op_kind */
	uint16_t flags;	     /* enum wire_step_flag */
	uint32_t code;	     /* the tool's own: `pc`, the same wherever the image lies */
	uint32_t unused;
};

/* A step of any execution of the program. */
struct wire_step_name {
	uint64_t thread;
	uint64_t pc;
	uint32_t occurrence;
	uint32_t code; /* the tool's own, see struct wire_step */
};

enum wire_order_kind {
	WIRE_ORDER_BEFORE,  /* `first` is done before `second`, whose thread is held until then
			     */
	WIRE_ORDER_AT_ONCE, /* and after `first`, the thread of `second` goes on */
	WIRE_ORDER_DRAW,    /* at `first`, the decision `decision` gets `value` */
};

/* What an execution of WIRE_STRATEGY_DRIVEN is driven to. */
struct wire_order {
	struct wire_step_name first;
	struct wire_step_name second;
	uint32_t kind;	   /* enum wire_order_kind */
	uint32_t decision; /* enum wire_decision_kind */
	uint32_t value;
	uint32_t unused;
};

#define WIRE_ORDERS_MAX 12

/* A part of the region: `capacity` bytes at `offset` from its start, `length` of them in use.
 */
struct wire_area {
	uint64_t offset;
	uint64_t capacity;
	uint64_t length;
	uint32_t overflowed; /* 1: the writer had more than fitted */
	uint32_t unused;
};

/* The tool's, and from LEARNED on the runtime's. */
enum wire_area_id {
	WIRE_AREA_POINTS, /* tool: uint64_t[], return addresses of accesses that are points */
	WIRE_AREA_DECISIONS, /* tool: struct wire_decision[], for WIRE_STRATEGY_REPLAY */
	WIRE_AREA_LOCATIONS, /* tool: struct wire_location[] */
	WIRE_AREA_PREFIX, /* tool: uint32_t[], the first choices of WIRE_STRATEGY_ENUMERATE */
	WIRE_AREA_CONSTRAINTS, /* tool: struct wire_constraint[] */
	WIRE_AREA_LEARNED, /* runtime: uint64_t[], accesses seen conflicting and not in POINTS
			    */
	WIRE_AREA_EVENTS,  /* runtime: struct wire_event[], when recording */
	WIRE_AREA_THREADS, /* runtime: struct wire_thread[], at the end */
	WIRE_AREA_OBJECTS, /* runtime: struct wire_object[], at the end */
	WIRE_AREA_STACKS,  /* runtime: struct wire_stack one after another, 8-aligned */
	WIRE_AREA_RACES,   /* runtime: struct wire_race[], each pair of places once */
	WIRE_AREA_MISUSES, /* runtime: struct wire_misuse[], each pair of places once */
	WIRE_AREA_BLOCKS,  /* runtime: struct wire_block[]; first the one of the failure */
	WIRE_AREA_CHOICES, /* runtime: struct wire_choice[], the prefix included */
	WIRE_AREA_OBSERVATIONS, /* runtime: struct wire_observation one after another */
	WIRE_AREA_ACCESSES, /* runtime: struct wire_event[], when recording them; see there */
	WIRE_AREA_MAPS,	    /* runtime: text of /proc/self/maps at the end, when recording */
	WIRE_AREA_TRACE,    /* runtime: struct wire_step[], in the order they were done */
	WIRE_AREA_COUNT
};

/* What a command that does not say otherwise keeps of freed heap blocks. */
#define WIRE_QUARANTINE_MIB 16u

struct wire_config {
	uint64_t realtime_start_ns; /* CLOCK_REALTIME at the virtual time 0 */
	uint64_t step_limit;	    /* operations per execution; 0: none */
	uint64_t random_seed;	    /* what getrandom() and its kin derive from */
	uint32_t carrier;	    /* enum wire_carrier */
	uint32_t model;		    /* enum wire_model */
	uint32_t points;	    /* enum wire_points */
	uint32_t pool_threads;	    /* thread blocks to make before the first fork */
	int32_t output_fd; /* an execution's stdout and stderr, truncated before; -1: leave */
	int32_t input_fd;  /* what is opened anew as stdin; -1: /dev/null, -2: leave */
	uint32_t debugger; /* 1: stop in weft_stop_here() at the failure, name threads */
	uint32_t memory_limit_mib; /* RLIMIT_AS of an execution over what is mapped; 0: none */
	uint32_t quarantine_mib; /* freed blocks that are kept from being used again; 0: none */
	uint32_t unused;
};

/* How many operations a thread does, as far as is known. */
struct wire_weight {
	uint64_t thread; /* path hash */
	uint32_t count;
	uint32_t parent; /* index of the weight of the thread that creates it, or WIRE_NONE */
};

#define WIRE_WEIGHTS_MAX 24
#define WIRE_CODES_MAX 16

#define WIRE_CHECK_BEFORE UINT32_MAX

enum wire_record {
	WIRE_RECORD_NOTHING,
	WIRE_RECORD_EVENTS, /* EVENTS, STACKS and MAPS */
	/*
	 * ACCESSES too: those of instrumented code that were no scheduling points; of a program
	 * without such code, what had changed of its static variables when a thread came to
	 * an operation, in words of 8 bytes without pc. `chosen` says how many events came
	 * before. What there is no room for is left out.
	 */
	WIRE_RECORD_ACCESSES,
};

struct wire_request {
	uint64_t execution; /* 1-based */
	uint64_t seed;
	uint32_t strategy; /* enum wire_strategy */
	uint32_t record;   /* enum wire_record */
	uint32_t depth;	   /* PCT: number of change points + 1 */
	/* With `record`: the earlier access of a race, whose stack is wanted; epoch 0: none. */
	uint32_t watch_epoch;
	uint64_t watch_address;
	uint64_t watch_pc;
	/* With `record`: the stacks of the last allocation and free of the block around it. */
	uint64_t watch_block;
	uint64_t step_estimate; /* PCT: operations in an execution, from earlier ones */
	uint32_t trace;		/* 1: fill TRACE; 2: with plain accesses that are no points */
	uint32_t base;		/* DRIVEN: what decides the rest, enum wire_strategy */
	uint32_t order_count;
	uint32_t variant;    /* LOCKSTEP: see runtime/strategy/lockstep.c */
	uint32_t search;     /* the tool's own: which search asked for it */
	uint32_t productive; /* the tool's own: how many of the orders had brought news */
	uint32_t enumerate;  /* ENUMERATE: bit set of enum wire_enumerate */
	struct wire_order orders[WIRE_ORDERS_MAX];
	/* SURW: the code whose operations count, and how many each thread does there. */
	uint64_t surw_codes[WIRE_CODES_MAX];
	uint32_t surw_code_count; /* 0: all operations count */
	/*
	 * 0: all of the execution is explored; else only what is done in the so manieth call of
	 * weft_check(), and the rest is as in the sequential execution. WIRE_CHECK_BEFORE: only
	 * what comes before the first of them.
	 */
	uint32_t check;
	uint32_t gather; /* LOCKSTEP: threads that an execution had at its end; 0: not known */
	/* So many plain accesses are scheduling points, whatever is known of their code. */
	uint32_t eager;
	uint32_t unused;
	struct wire_weight surw_weights[WIRE_WEIGHTS_MAX];
	uint32_t surw_weight_count;
	uint32_t surw_weight_others; /* of each thread that is not listed */
};

struct wire_result {
	uint64_t hash;	/* over all events: same schedule, same hash */
	uint64_t steps; /* visible operations done; also read by the watchdog while running */
	uint64_t decisions; /* choices among two or more */
	uint64_t preemptions;
	uint64_t switches;
	uint64_t behaviour; /* hash over who accessed each object in which order */
	uint64_t virtual_ns;
	uint64_t fault_address; /* SIGNAL, STACK */
	uint32_t verdict;	/* enum wire_verdict */
	int32_t value;
	uint32_t thread; /* who failed, or WIRE_NONE */
	uint32_t stack;	 /* its stack at the failure, or WIRE_NONE */
	uint32_t threads_created;
	uint32_t checks;	    /* calls of weft_check() that were come by */
	uint32_t decisions_applied; /* REPLAY: how many of the list came up */
	int32_t pid;		    /* of the process that runs the execution */
	uint32_t limits;      /* bit set of enum wire_limit: named limits that were reached */
	uint32_t early_asked; /* TIMEOUT and SPURIOUS decisions */
	uint32_t early;	      /* of them, those that were not the usual one */
	uint64_t pc;	      /* where it failed, or 0 */
	/*
	 * The most memory that the execution had resident, counting what it shares with its
	 * server; 0 without one. Written by the server at the end.
	 */
	uint64_t peak_rss_kib;
	char message[512];
};

/* Things weft met and could not control, so that the tool can name them. */
enum wire_limit {
	WIRE_LIMIT_EXTERNAL_INPUT = 1u << 0, /* waited for something outside of the process */
	WIRE_LIMIT_FORKED = 1u << 1,	     /* a child process ran outside of the schedule */
	WIRE_LIMIT_FOREIGN_THREAD = 1u << 2, /* a kernel thread that weft did not create */
	WIRE_LIMIT_RECORD_FULL = 1u << 3,    /* the record did not fit */
	WIRE_LIMIT_IO_URING = 1u << 4,	     /* refused with ENOSYS */
	/* It stood still, and only a handler, by a signal from outside, could let it go on. */
	WIRE_LIMIT_SIGNAL_AWAITED = 1u << 6,
	/* stalled in a system call that it made by an instruction of its own */
	WIRE_LIMIT_SYSTEM_CALL = 1u << 8,
	WIRE_LIMIT_RACES = 1u << 5, /* not all accesses were compared: no room, or too long */
	WIRE_LIMIT_OBSERVATIONS = 1u << 7, /* more was observed than there is room for */
};

struct wire_region {
	uint32_t magic;
	uint32_t version;
	uint64_t size;
	struct wire_config config;
	struct wire_request request;
	struct wire_result result;
	struct wire_area areas[WIRE_AREA_COUNT];
};

static inline void *wire_area_at(struct wire_region *region, enum wire_area_id id)
{
	return (char *)region + region->areas[id].offset;
}

/* The hash of a thread's creation path: main's, and a child's from its parent's. */
#define WIRE_PATH_MAIN 0x6d61696eu

uint64_t wire_path_child(uint64_t parent_hash, uint32_t child_number);

/* Parses "main.2.1" into its path hash. Returns 0, or -1 for a text that is no creation path.
 */
int wire_path_parse(const char *path, uint64_t *ret_hash);

const char *wire_decision_name(enum wire_decision_kind kind);
int wire_decision_from_name(const char *name);
const char *wire_misuse_name(enum wire_misuse_kind kind);
int wire_misuse_from_name(const char *name);		   /* -1: there is none */
const char *wire_misuse_words(enum wire_misuse_kind kind); /* "unlocks what nobody holds" */
const char *wire_object_noun(enum wire_object_kind kind);

#endif
