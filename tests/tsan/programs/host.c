/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: the same output in every schedule: loads an instrumented plugin while threads run,
 * calls it from all of them, and unloads it. Built without instrumentation as well. usage: host
 * PLUGIN
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#define THREADS 3

typedef int plugin_add(int amount);

static const char *path;

static void *use_plugin(void *unused)
{
	void *plugin = dlopen(path, RTLD_NOW);
	plugin_add *add;

	if (!plugin) {
		fprintf(stderr, "%s\n", dlerror());
		return unused;
	}
	add = (plugin_add *)dlsym(plugin, "plugin_add");
	for (int i = 0; i < 10; i++)
		add(i);
	return plugin;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	void *plugins[THREADS];
	plugin_add *add;

	path = argc > 1 ? argv[1] : "";
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, use_plugin, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], &plugins[i]);
	if (!plugins[0] || !plugins[1] || !plugins[2])
		return 1;
	add = (plugin_add *)dlsym(plugins[0], "plugin_add");
	printf("%d\n", add(0));
	for (int i = 0; i < THREADS; i++)
		dlclose(plugins[i]);
	return 0;
}
