/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What <weft/weft.h> costs a program that runs without weft: a critical section as short as
 * any, with three calls around it, and without (-DWITHOUT_CALLS).
 */
#include <pthread.h>
#include <stdlib.h>

#include "weft/weft.h"

#ifdef WITHOUT_CALLS
#define OP_BEGIN(name) ((void)0)
#define OBSERVE(name, value) ((void)0)
#define OP_END(result) ((void)0)
#else
#define OP_BEGIN(name) weft_op_begin(name)
#define OBSERVE(name, value) weft_observe(name, value)
#define OP_END(result) weft_op_end(result)
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile long counter;

int main(int argc, char **argv)
{
	long rounds = argc > 1 ? atol(argv[1]) : 1;

	for (long i = 0; i < rounds; i++) {
		OP_BEGIN("add");
		pthread_mutex_lock(&lock);
		counter = counter + 1;
		pthread_mutex_unlock(&lock);
		OBSERVE("counter", counter);
		OP_END(0);
	}
	return counter == rounds ? 0 : 1;
}
