/* SPDX-License-Identifier: Apache-2.0 */
/* Who could make a descriptor ready: this process alone, or somebody outside. */
#ifndef WEFT_RUNTIME_ENGINE_REACH_H
#define WEFT_RUNTIME_ENGINE_REACH_H

#include "runtime/engine/external.h"

/* As far as descriptors are concerned; living children are not considered. */
enum external_reach reach_of_descriptor(int fd);

#endif
