/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: the same output in every schedule: packed, bit-field, block and string accesses of
 * threads that hand a record to one another under a mutex.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define THREADS 3
#define ROUNDS 5

struct __attribute__((packed)) record {
	char tag;
	int16_t two;
	int32_t four;
	int64_t eight;
	unsigned int low : 3;
	unsigned int high : 29;
	char text[100];
	volatile int turn;
};

static struct record shared = { .text = "start" };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;

static void change(struct record *r, int number)
{
	struct record old = *r;
	char line[32];

	r->tag++;
	r->two = (int16_t)(old.two - 7);
	r->four += old.two;
	r->eight = old.eight * 3 + r->four;
	r->low++;
	r->high ^= 0x155u << number;
	snprintf(line, sizeof(line), "%d.%d", number, r->turn);
	if (strlen(r->text) + strlen(line) + 2 < sizeof(r->text)) {
		strcat(r->text, "/");
		strncat(r->text, line, sizeof(line));
	}
	memmove(r->text + 1, r->text, strnlen(r->text, 40));
	r->text[0] = strchr(r->text, '.') ? 'y' : 'n';
}

static void *take_turns(void *argument)
{
	int number = (int)(intptr_t)argument;

	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&mutex);
		while (shared.turn % THREADS != number)
			pthread_cond_wait(&turned, &mutex);
		change(&shared, number);
		shared.turn++;
		pthread_cond_broadcast(&turned);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (intptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, take_turns, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%d %d %d %lld %u %u %d %s\n", shared.tag, shared.two, shared.four,
		(long long)shared.eight, (unsigned int)shared.low, (unsigned int)shared.high,
		shared.turn, shared.text);
	return 0;
}
