// SPDX-License-Identifier: Apache-2.0
//! Rust's standard library: its locks are futexes that it calls by syscall(), its threads and
//! thread-local destructors libc's. Prints what holds in every schedule.
use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Barrier, Condvar, Mutex, Once, RwLock};
use std::thread;
use std::time::{Duration, Instant};

const THREADS: usize = 4;

static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::SeqCst);
    }
}

thread_local! {
    static OWN: RefCell<Option<Counted>> = RefCell::new(None);
}

fn in_threads<F: Fn(usize) + Send + Sync + 'static>(action: F) {
    let action = Arc::new(action);
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let action = Arc::clone(&action);
            thread::spawn(move || action(number))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

fn check_mutex() {
    let count = Arc::new(Mutex::new(0));
    let shared = Arc::clone(&count);
    in_threads(move |_| {
        for _ in 0..50 {
            *shared.lock().unwrap() += 1;
        }
    });
    println!("mutex: {}", *count.lock().unwrap());
    let poisoned = Arc::clone(&count);
    let died = thread::spawn(move || {
        let _guard = poisoned.lock().unwrap();
        std::panic::resume_unwind(Box::new(7));
    })
    .join();
    println!("panic: {:?}", died.unwrap_err().downcast_ref::<i32>());
    println!("poisoned: {}", count.is_poisoned());
}

fn check_condvar() {
    let pair = Arc::new((Mutex::new(false), Condvar::new()));
    let other = Arc::clone(&pair);
    let thread = thread::spawn(move || {
        *other.0.lock().unwrap() = true;
        other.1.notify_one();
    });
    let mut ready = pair.0.lock().unwrap();
    while !*ready {
        ready = pair.1.wait(ready).unwrap();
    }
    println!("condvar: {}", *ready);
    let start = Instant::now();
    let wait = Duration::from_millis(3);
    let result = pair.1.wait_timeout_while(ready, wait, |ready| *ready).unwrap();
    println!("timed out: {} {}", result.1.timed_out(), start.elapsed() >= wait);
    drop(result);
    thread.join().unwrap();
}

fn check_rwlock() {
    let lock = Arc::new(RwLock::new((0, 0)));
    let shared = Arc::clone(&lock);
    in_threads(move |number| {
        for _ in 0..20 {
            if number % 2 == 0 {
                let mut pair = shared.write().unwrap();
                pair.0 += 1;
                pair.1 += 1;
            } else {
                let pair = shared.read().unwrap();
                assert_eq!(pair.0, pair.1);
            }
        }
    });
    println!("rwlock: {:?}", *lock.read().unwrap());
}

fn check_once_and_barrier() {
    static ONCE: Once = Once::new();
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    static LEADERS: AtomicUsize = AtomicUsize::new(0);
    let barrier = Barrier::new(THREADS);
    in_threads(move |_| {
        ONCE.call_once(|| {
            CALLS.fetch_add(1, Ordering::SeqCst);
        });
        assert!(ONCE.is_completed());
        for _ in 0..3 {
            LEADERS.fetch_add(usize::from(barrier.wait().is_leader()), Ordering::SeqCst);
        }
    });
    println!("once: {}, leaders: {}", CALLS.load(Ordering::SeqCst), LEADERS.load(Ordering::SeqCst));
}

fn check_channels() {
    let (sender, receiver) = mpsc::channel();
    let (bounded, drain) = mpsc::sync_channel(1);
    for number in 0..THREADS {
        let sender = sender.clone();
        let bounded = bounded.clone();
        thread::spawn(move || {
            sender.send(number).unwrap();
            drop(sender);
            bounded.send(number * 10).unwrap();
        });
    }
    drop(sender);
    drop(bounded);
    println!("channels: {} {}", receiver.iter().sum::<usize>(), drain.iter().sum::<usize>());
    println!("closed: {:?}", receiver.recv_timeout(Duration::from_millis(1)));
}

fn check_parking() {
    let flag = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&flag);
    let parked = thread::spawn(move || {
        while seen.load(Ordering::SeqCst) == 0 {
            thread::park();
        }
        thread::park_timeout(Duration::from_millis(2));
    });
    flag.store(1, Ordering::SeqCst);
    parked.thread().unpark();
    parked.join().unwrap();
    println!("parked and unparked");
}

fn check_scope() {
    let mut parts = [0usize; THREADS];
    thread::scope(|scope| {
        for (number, part) in parts.iter_mut().enumerate() {
            thread::Builder::new()
                .name(format!("part {number}"))
                .stack_size(64 * 1024)
                .spawn_scoped(scope, move || {
                    thread::sleep(Duration::from_millis(1));
                    *part = number + thread::current().name().unwrap().len();
                })
                .unwrap();
        }
    });
    println!("scope: {parts:?}");
}

fn main() {
    check_mutex();
    check_condvar();
    check_rwlock();
    check_once_and_barrier();
    check_channels();
    check_parking();
    check_scope();
    in_threads(|_| OWN.with(|own| *own.borrow_mut() = Some(Counted)));
    println!("thread-local values dropped: {}", DROPPED.load(Ordering::SeqCst));
}
