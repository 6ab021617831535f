//! A small allocator: two kilobytes less than the standard one. Its free list is short here, for a
//! client keeps few objects.

use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

// SAFETY: without the `atomics` feature there is one thread.
#[cfg(not(target_feature = "atomics"))]
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };
