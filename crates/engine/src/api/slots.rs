//! Send times that several processes share: one small file per endpoint in the state directory, so
//! that a plan beside a run, or runs under two profiles, keep the rate together.
//!
//! The file holds the last send time that was given out and a ring of departures. Whoever is to send
//! takes the next send time under a file lock, which is held for microseconds; before it leaves it
//! looks at the departure a whole window before its own. A process that dies loses at most its one
//! send time. Processes have no other clock in common than the time of day: where that has jumped,
//! or the file makes no sense, at most a few windows are waited and the file begins anew.
//!
//! A second file holds until when the service has asked everybody to wait.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::rate::Rate;

/// The time of day in microseconds since 1970.
pub type DayClock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// So many departures are remembered. Of rates with more in a window only the spacing is shared.
const RING: u64 = 4096;
/// No pause that the service asks for is longer; one that seems so comes of a clock that jumped.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// What the file begins with; other bytes are none of ours, or of another version.
const MAGIC: u64 = u64::from_le_bytes(*b"pi-pace1");
/// More processes than these are not expected to wait for one send time after the other.
const PROCESSES: u32 = 16;
/// The send times of one endpoint.
pub struct SharedSlots {
    files: Mutex<Files>,
    clock: DayClock,
}

struct Files {
    /// Locked for each change; apart from the data, which Windows would not let others read.
    lock: File,
    data: File,
    /// When a pause ends that the service has asked for.
    pause: File,
}

/// What a request for a send time comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// Another process is at the file just now.
    Busy,
    /// A send time.
    Slot(Slot),
}

/// One send time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    number: u64,
    /// How long to wait for it.
    pub wait: Duration,
}

#[derive(Debug, Clone, Copy, Default)]
struct Head {
    /// How many send times have been given out.
    count: u64,
    /// The last one.
    last: u64,
    /// The time between two requests of whoever took it.
    interval: u64,
}

impl std::fmt::Debug for SharedSlots {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SharedSlots").finish_non_exhaustive()
    }
}

impl SharedSlots {
    /// What the names of the files end with.
    pub const ENDINGS: [&str; 3] = ["slots", "lock", "pause"];

    /// Opens or makes the files `NAME.slots`, `NAME.lock` and `NAME.pause` in a directory, which is
    /// made as well.
    pub fn open(directory: &Path, name: &str, clock: DayClock) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let open = |ending: &str| {
            let path = directory.join(format!("{name}.{ending}"));
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(false);
            options.open(path)
        };
        let files = Files {
            lock: open("lock")?,
            data: open("slots")?,
            pause: open("pause")?,
        };
        Ok(Self {
            files: Mutex::new(files),
            clock,
        })
    }

    /// Takes the next send time at this rate. Does not wait.
    pub fn reserve(&self, rate: Rate) -> io::Result<Reserved> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        match files.lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Reserved::Busy),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let reserved = files.next((self.clock)(), rate);
        files.lock.unlock()?;
        reserved.map(Reserved::Slot)
    }

    /// How much longer the departure a window before this one keeps it back; looked at when the
    /// send time has come, since that one may have left late.
    pub fn kept_back(&self, slot: Slot, rate: Rate) -> io::Result<Duration> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.clock)();
        let opens = files.opens(slot.number, rate, now)?;
        Ok(Duration::from_micros(opens.saturating_sub(now)))
    }

    /// A request leaves now.
    pub fn left(&self, slot: Slot) -> io::Result<()> {
        self.departed(slot, Duration::ZERO, Duration::ZERO)
    }

    /// A request that left so long `ago` may have arrived `late`: whoever comes a window behind it
    /// is kept back by as much.
    pub fn arrived(&self, slot: Slot, ago: Duration, late: Duration) -> io::Result<()> {
        self.departed(slot, ago, late)
    }

    /// The service has asked everybody to wait for so long.
    pub fn pause(&self, pause: Duration) -> io::Result<()> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let until = (self.clock)().saturating_add(micros(pause.min(LONGEST_PAUSE)));
        files.pause.seek(SeekFrom::Start(0))?;
        files.pause.write_all(&until.to_le_bytes())
    }

    /// For how much longer the service has asked some process to wait.
    pub fn paused(&self) -> io::Result<Duration> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut until = [0; 8];
        files.pause.seek(SeekFrom::Start(0))?;
        match files.pause.read_exact(&mut until) {
            Ok(()) => {}
            // Nobody was ever asked.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => until = [0; 8],
            Err(error) => return Err(error),
        }
        let left = u64::from_le_bytes(until).saturating_sub((self.clock)());
        let left = Duration::from_micros(left);
        Ok(if left > LONGEST_PAUSE {
            Duration::ZERO
        } else {
            left
        })
    }

    fn departed(&self, slot: Slot, ago: Duration, late: Duration) -> io::Result<()> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let at = (self.clock)().saturating_sub(micros(ago)) + micros(late);
        files.write_at(place(slot.number), &[at])
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Where a departure stands in the file.
fn place(number: u64) -> u64 {
    32 + number % RING * 8
}

/// Later than anything that was given out in earnest.
fn horizon(rate: Rate, head: Head) -> u64 {
    let interval = micros(rate.interval()).max(head.interval);
    interval.saturating_mul(u64::from(PROCESSES))
}

impl Files {
    fn next(&mut self, now: u64, rate: Rate) -> io::Result<Slot> {
        let interval = micros(rate.interval());
        let early = now.saturating_sub(micros(Rate::CATCH_UP));
        let (head, at) = match self.head()? {
            Ok(head) if head.last <= now.saturating_add(horizon(rate, head)) => {
                let spaced = head.last.saturating_add(interval);
                let opens = self.opens(head.count, rate, now)?;
                (head, early.max(spaced).max(opens))
            }
            Err(Nonsense::NewFile) => (Head::default(), early),
            // Nobody knows what has left lately: after a whole window that does not matter.
            Ok(_) | Err(Nonsense::Damaged) => {
                self.data.set_len(0)?;
                let window = micros(rate.reopens());
                (Head::default(), now.saturating_add(window))
            }
        };
        self.write_at(place(head.count), &[at])?;
        self.write_at(0, &[MAGIC, head.count + 1, at, interval])?;
        Ok(Slot {
            number: head.count,
            wait: Duration::from_micros(at.saturating_sub(now)),
        })
    }

    /// When the departure a window before `number` has been gone long enough.
    fn opens(&mut self, number: u64, rate: Rate, now: u64) -> io::Result<u64> {
        let requests = u64::from(rate.requests());
        let Some(behind) = number.checked_sub(requests).filter(|_| requests <= RING) else {
            return Ok(0);
        };
        let window = micros(rate.reopens());
        let mut left = [0; 8];
        self.data.seek(SeekFrom::Start(place(behind)))?;
        self.data.read_exact(&mut left)?;
        let opens = u64::from_le_bytes(left).saturating_add(window);
        // A departure far ahead of now is a jump of the clock; the spacing alone counts then.
        let sane = now.saturating_add(horizon(rate, Head::default()).saturating_add(window));
        Ok(if opens > sane { 0 } else { opens })
    }

    fn head(&mut self) -> io::Result<Result<Head, Nonsense>> {
        let mut bytes = Vec::new();
        self.data.seek(SeekFrom::Start(0))?;
        Read::by_ref(&mut self.data)
            .take(32)
            .read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(Err(Nonsense::NewFile));
        }
        let words: Vec<u64> = bytes
            .chunks_exact(8)
            .filter_map(|word| Some(u64::from_le_bytes(word.try_into().ok()?)))
            .collect();
        let long = self.data.metadata()?.len();
        Ok(match words[..] {
            [MAGIC, count, last, interval] if count > 0 && long >= 32 + count.min(RING) * 8 => {
                Ok(Head {
                    count,
                    last,
                    interval,
                })
            }
            _ => Err(Nonsense::Damaged),
        })
    }

    fn write_at(&mut self, place: u64, words: &[u64]) -> io::Result<()> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.data.seek(SeekFrom::Start(place))?;
        self.data.write_all(&bytes)
    }
}

/// Why the file tells nothing.
enum Nonsense {
    NewFile,
    Damaged,
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use super::*;

    /// Several processes on one clock, which stands still until it is moved.
    struct World {
        directory: tempfile::TempDir,
        now: Arc<AtomicU64>,
    }

    impl World {
        fn new() -> Self {
            Self {
                directory: tempfile::tempdir().unwrap(),
                now: Arc::new(AtomicU64::new(1_700_000_000_000_000)),
            }
        }

        fn process(&self) -> SharedSlots {
            let now = Arc::clone(&self.now);
            let clock: DayClock = Arc::new(move || now.load(Relaxed));
            SharedSlots::open(self.directory.path(), "e", clock).unwrap()
        }

        /// Sends once, and leaves so much later than it should; when it left.
        fn send(&self, process: &SharedSlots, rate: Rate, late: u64) -> u64 {
            let Reserved::Slot(slot) = process.reserve(rate).unwrap() else {
                panic!("nobody else is at the file");
            };
            self.now.fetch_add(micros(slot.wait) + late, Relaxed);
            let kept = process.kept_back(slot, rate).unwrap();
            self.now.fetch_add(micros(kept), Relaxed);
            process.left(slot).unwrap();
            self.now.load(Relaxed)
        }
    }

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn holds(times: &[u64], rate: Rate) {
        let window = micros(rate.window());
        for some in times.windows(rate.requests() as usize + 1) {
            let first_and_last = some[some.len() - 1] - some[0];
            assert!(first_and_last > window, "{first_and_last} for {some:?}");
        }
    }

    #[test]
    fn processes_keep_the_rate_together_also_when_some_leave_late() {
        for text in ["5/s", "50/s", "120/m"] {
            let (world, rate) = (World::new(), rate(text));
            let processes = [world.process(), world.process(), world.process()];
            let mut random = fastrand::Rng::with_seed(1);
            let times: Vec<u64> = (0..rate.requests() as usize * 4)
                .map(|_| {
                    let process = random.choice(&processes).unwrap();
                    let late = if random.bool() {
                        random.u64(..20_000)
                    } else {
                        0
                    };
                    world.send(process, rate, late)
                })
                .collect();
            holds(&times, rate);
            // And it is used.
            let ideal = micros(rate.interval()) * (times.len() as u64 - 1);
            let took = times[times.len() - 1] - times[0];
            assert!(took * 10 <= ideal * 12, "{text}: {took} for {ideal}");
        }
    }

    #[test]
    fn what_was_not_used_is_lost_and_gives_no_burst() {
        let (world, rate) = (World::new(), rate("5/s"));
        let process = world.process();
        world.send(&process, rate, 0);
        world.now.fetch_add(60_000_000, Relaxed);
        let times: Vec<u64> = (0..12).map(|_| world.send(&process, rate, 0)).collect();
        holds(&times, rate);
    }

    #[test]
    fn a_pause_that_one_was_asked_for_holds_for_all() {
        let world = World::new();
        let (one, other) = (world.process(), world.process());
        assert_eq!(other.paused().unwrap(), Duration::ZERO);
        one.pause(Duration::from_secs(7)).unwrap();
        world.now.fetch_add(2_000_000, Relaxed);
        assert_eq!(other.paused().unwrap(), Duration::from_secs(5));
        assert_eq!(world.process().paused().unwrap(), Duration::from_secs(5));
        // A clock that is set back by a day makes no pause of a day.
        world.now.fetch_sub(86_400_000_000, Relaxed);
        assert_eq!(other.paused().unwrap(), Duration::ZERO);
        world.now.fetch_add(2 * 86_400_000_000, Relaxed);
        assert_eq!(other.paused().unwrap(), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_jumps_costs_a_window_at_most() {
        let (world, rate) = (World::new(), rate("5/s"));
        let process = world.process();
        for _ in 0..7 {
            world.send(&process, rate, 0);
        }
        for jump in [-86_400_000_000_i64, 86_400_000_000] {
            let before = world.now.load(Relaxed).saturating_add_signed(jump);
            world.now.store(before, Relaxed);
            let waited = world.send(&process, rate, 0) - before;
            assert!(waited < 1_100_000, "{waited}");
        }
        let times: Vec<u64> = (0..12).map(|_| world.send(&process, rate, 0)).collect();
        holds(&times, rate);
    }

    #[test]
    fn a_file_that_makes_no_sense_begins_anew_after_a_window() {
        for nonsense in [&b"no slots"[..], &[0; 100], &[0xff; 4_000]] {
            let (world, rate) = (World::new(), rate("5/s"));
            let path = world.directory.path().join("e.slots");
            fs::write(&path, nonsense).unwrap();
            let process = world.process();
            let before = world.now.load(Relaxed);
            let waited = world.send(&process, rate, 0) - before;
            assert!((1_000_000..1_100_000).contains(&waited), "{waited}");
            let times: Vec<u64> = (0..12).map(|_| world.send(&process, rate, 0)).collect();
            holds(&times, rate);
        }
    }

    #[test]
    fn nobody_waits_for_a_process_that_holds_the_lock() {
        let (world, rate) = (World::new(), rate("5/s"));
        let (one, other) = (world.process(), world.process());
        one.files.lock().unwrap().lock.lock().unwrap();
        assert_eq!(other.reserve(rate).unwrap(), Reserved::Busy);
    }
}
