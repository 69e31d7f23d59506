/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timer: a client that gets no answer in time sends its payment once more, and the server
 * carries out both. Needs the timer to win; the repaired one knows requests by their number.
 */
#include "program.h"

#define REQUESTS 2

MUTEX(mutex);
COND(changed);
static int sent[REQUESTS], sent_count, served, payments;
static bool is_paid[REQUESTS], is_over;

static void carry_out(int request)
{
#ifdef FIXED
	if (is_paid[request])
		return;
#endif
	is_paid[request] = true;
	payments++;
}

static void *serve(void *argument)
{
	lock(&mutex);
	while (!is_over || served < sent_count) {
		if (served == sent_count) {
			pthread_cond_wait(&changed, &mutex);
			continue;
		}
		carry_out(sent[served++]);
		pthread_cond_broadcast(&changed);
	}
	unlock(&mutex);
	return argument;
}

static void pay(int request)
{
	for (int attempt = 0; attempt < 2 && !is_paid[request] && sent_count < REQUESTS;
		attempt++) {
		struct timespec deadline;
		int result = 0;

		clock_gettime(CLOCK_REALTIME, &deadline);
		deadline.tv_sec += 2;
		sent[sent_count++] = request;
		pthread_cond_broadcast(&changed);
		while (!is_paid[request] && result == 0)
			result = pthread_cond_timedwait(&changed, &mutex, &deadline);
	}
}

int main(void)
{
	pthread_t server = start(serve, 0);

	lock(&mutex);
	pay(0);
	is_over = true;
	pthread_cond_broadcast(&changed);
	unlock(&mutex);
	join(server);
	assert(payments == 1);
	return 0;
}
