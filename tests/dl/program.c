/* SPDX-License-Identifier: Apache-2.0 */
/* Succeeds if the library found and used its plugin. */
int use_plugin(void);

int main(void)
{
	return use_plugin() == 42 ? 0 : 1;
}
