//! A small allocator: two kilobytes less than the standard one. Its free list is short here, since
//! a client keeps few objects. It overwrites each block that is freed, so that no token stays in free memory.
//!
//! A recorder keeps many objects, so it has the standard allocator, which overwrites in the same way.

#[cfg(feature = "recorder")]
use std::alloc::System;
use std::alloc::{GlobalAlloc, Layout};

#[cfg(not(feature = "recorder"))]
use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

#[cfg(not(feature = "recorder"))]
type Allocator = AssumeSingleThreaded<FreeListAllocator>;
#[cfg(feature = "recorder")]
type Allocator = System;

struct Overwriting(Allocator);

// SAFETY: the inner allocator does all work. A block that is overwritten is no longer in use.
unsafe impl GlobalAlloc for Overwriting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { self.0.alloc(layout) }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, freed: *mut u8, layout: Layout) {
        // SAFETY: `freed` is a block of this layout, which nothing uses any more.
        unsafe {
            freed.write_bytes(0, layout.size());
            self.0.dealloc(freed, layout);
        }
    }
}

// SAFETY: without the `atomics` feature there is one thread.
#[cfg(not(target_feature = "atomics"))]
#[global_allocator]
#[cfg(not(feature = "recorder"))]
static ALLOCATOR: Overwriting = Overwriting(unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) });

#[cfg(feature = "recorder")]
#[global_allocator]
static ALLOCATOR: Overwriting = Overwriting(System);
