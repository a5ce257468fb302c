//! Reading and writing files, and where they are by custom.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use fed_types::{Secret, text_of};

use crate::environment::{
    APPDATA, Environment, FED_CONFIG, FED_STATE_DIR, HOME, LOCALAPPDATA, XDG_CONFIG_HOME,
    XDG_STATE_HOME,
};

/// No file we read on purpose is larger, in bytes.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// How many links in a row are followed, as many as Linux does.
const LONGEST_CHAIN: usize = 40;

/// The file system, and the places in it that custom gives us.
#[derive(Clone, Debug)]
pub struct Files {
    config: Option<PathBuf>,
    config_is_named: bool,
    state: Option<PathBuf>,
    home: Option<PathBuf>,
}

impl Files {
    /// Looks the places up; touches nothing.
    pub fn of(environment: &Environment) -> Self {
        // What is relative would be another place in every directory, perhaps a shared one.
        let absolute = |name: &str| environment.path(name).filter(|path| path.is_absolute());
        let home = absolute(HOME).or_else(|| absolute("USERPROFILE"));
        let below_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let (config_home, state_home) = if cfg!(windows) {
            (absolute(APPDATA), absolute(LOCALAPPDATA))
        } else if cfg!(target_os = "macos") {
            let support = below_home("Library/Application Support");
            (
                absolute(XDG_CONFIG_HOME).or_else(|| support.clone()),
                absolute(XDG_STATE_HOME).or(support),
            )
        } else {
            (
                absolute(XDG_CONFIG_HOME).or_else(|| below_home(".config")),
                absolute(XDG_STATE_HOME).or_else(|| below_home(".local/state")),
            )
        };
        Self {
            config_is_named: environment.path(FED_CONFIG).is_some(),
            config: environment
                .path(FED_CONFIG)
                .or_else(|| config_home.map(|home| home.join("fed").join("config.toml"))),
            state: environment
                .path(FED_STATE_DIR)
                .or_else(|| state_home.map(|home| home.join("fed"))),
            home,
        }
    }

    /// The configuration file. `None` when there is not even a home directory.
    pub fn config(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// What a file is called from everywhere: two ways to one are the same.
    pub fn whole_path(&self, path: &Path) -> PathBuf {
        let path = self.expand(path);
        let whole = std::fs::canonicalize(&path).or_else(|_| std::path::absolute(&path));
        whole.unwrap_or(path)
    }

    /// Whether somebody named the configuration file, instead of leaving it where it is by
    /// custom.
    pub fn config_is_named(&self) -> bool {
        self.config_is_named
    }

    /// Where credentials and sign-ins are kept.
    pub fn state(&self) -> Option<&Path> {
        self.state.as_deref()
    }

    /// The path with a leading `~/` replaced by the home directory.
    pub fn expand(&self, path: &Path) -> PathBuf {
        match (&self.home, path.strip_prefix("~")) {
            (Some(home), Ok(rest)) => home.join(rest),
            _ => path.to_owned(),
        }
    }

    /// A text file of at most 16 MiB, in UTF-8 or as PowerShell writes it; `-` is standard input.
    ///
    /// # Errors
    /// What the system says; `InvalidData` when it is no text or too large.
    pub fn read(&self, path: &Path) -> io::Result<String> {
        let mut bytes = Vec::new();
        if path == Path::new("-") {
            io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        } else {
            let file = File::open(self.expand(path))?;
            // Room for all of it at once; a pipe says no length.
            let length = file.metadata().map_or(0, |metadata| metadata.len()).min(LARGEST_FILE);
            bytes.reserve_exact(length as usize + 1);
            file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        }
        let invalid = |why| io::Error::new(io::ErrorKind::InvalidData, why);
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(invalid("larger than 16 MiB"));
        }
        text_of(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// A file that holds one secret: white space around it does not count.
    ///
    /// # Errors
    /// As [`Files::read`].
    pub fn read_secret(&self, path: &Path) -> io::Result<Secret> {
        self.read(path).map(|text| Secret::new(text.trim()))
    }

    /// Replaces a file's contents: written aside, flushed, renamed. A new file and a new
    /// directory are for their owner only.
    ///
    /// # Errors
    /// What the system says; the old contents are then still there.
    pub fn replace(&self, path: &Path, contents: &str) -> io::Result<()> {
        let path = self.expand(path);
        let path = link_target(path)?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory)?;
        let mut aside = tempfile::NamedTempFile::new_in(directory)?;
        aside.write_all(contents.as_bytes())?;
        if let Ok(before) = std::fs::metadata(&path) {
            aside.as_file().set_permissions(before.permissions())?;
        }
        aside.as_file().sync_all()?;
        aside.persist(&path).map(|_| ()).map_err(|error| error.error)
    }

    /// Whether other users of this machine can read the file.
    pub fn is_readable_by_others(&self, path: &Path) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let found = std::fs::metadata(self.expand(path));
            found.is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
        }
        #[cfg(not(unix))]
        {
            let _ = path;
            false
        }
    }

    /// Copies the file, its mode as well, to a name beside it that is not taken; returns where.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep_beside(&self, path: &Path) -> io::Result<PathBuf> {
        let path = self.expand(path);
        for number in 1.. {
            let mut name = path.clone().into_os_string();
            name.push(if number == 1 { ".before".to_owned() } else { format!(".before-{number}") });
            let copy = PathBuf::from(name);
            if !copy.exists() {
                let copied = std::fs::copy(&path, &copy);
                return match copied {
                    Ok(_) => Ok(copy),
                    Err(error) => {
                        // A part of it is none.
                        let _ = std::fs::remove_file(&copy);
                        Err(error)
                    }
                };
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Opens a new file that only its owner can read (mode 0600), or an empty one that an
    /// earlier run left when it was killed. It is locked: nobody else takes it for left.
    ///
    /// # Errors
    /// What the system says; `AlreadyExists` when there is one already that holds something,
    /// is no plain file, or is being written.
    pub fn create_private(&self, path: &Path) -> io::Result<PrivateFile> {
        let path = self.expand(path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                left_empty(&path).ok_or(error)?
            }
            outcome => outcome?,
        };
        match file.try_lock() {
            // What has no locks has nobody else here either.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(PrivateFile { file, path }),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }
}

/// What the path leads to, whether or not it is there yet: a link stays one, and what it leads to
/// is written. Programs that keep people's settings in one place link to it.
fn link_target(mut path: PathBuf) -> io::Result<PathBuf> {
    for _ in 0..LONGEST_CHAIN {
        let is_link = std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink());
        if !is_link {
            return Ok(path);
        }
        let to = std::fs::read_link(&path)?;
        path = path.parent().map(|directory| directory.join(&to)).unwrap_or(to);
    }
    Err(io::Error::other("a link leads to itself"))
}

/// The plain, empty file at `path`, made private.
fn left_empty(path: &Path) -> Option<File> {
    let found = std::fs::symlink_metadata(path).ok()?;
    if !found.is_file() || found.len() > 0 {
        return None;
    }
    let mut options = OpenOptions::new();
    options.write(true);
    let file = options.open(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let opened = file.metadata().ok()?;
        // Another file may have come between.
        if (opened.ino(), opened.dev(), opened.len()) != (found.ino(), found.dev(), 0) {
            return None;
        }
        file.set_permissions(std::fs::Permissions::from_mode(0o600)).ok()?;
    }
    Some(file)
}

/// A file that only its owner can read, still empty.
#[derive(Debug)]
pub struct PrivateFile {
    file: File,
    path: PathBuf,
}

impl PrivateFile {
    /// Writes the contents and flushes them to the disk.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(mut self, contents: &Secret) -> io::Result<()> {
        self.file.write_all(contents.expose().as_bytes())?;
        self.file.sync_all()
    }

    /// Takes the empty file away again.
    pub fn discard(self) {
        let _ = std::fs::remove_file(&self.path);
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_places_follow_the_environment() {
        let files = Files::of(&Environment::new([(HOME, "/h")]));
        assert_eq!(files.config(), Some(Path::new("/h/.config/fed/config.toml")));
        assert_eq!(files.state(), Some(Path::new("/h/.local/state/fed")));
        assert_eq!(files.expand(Path::new("~/a")), Path::new("/h/a"));
        let files = Files::of(&Environment::new([
            (HOME, "/h"),
            (XDG_CONFIG_HOME, "/c"),
            (XDG_STATE_HOME, "relative"),
            (FED_CONFIG, "/f.toml"),
        ]));
        assert_eq!(files.config(), Some(Path::new("/f.toml")));
        assert_eq!(files.state(), Some(Path::new("/h/.local/state/fed")));
        assert_eq!(Files::of(&Environment::default()).config(), None);
        let relative = Files::of(&Environment::new([(HOME, "relative")]));
        assert_eq!((relative.config(), relative.state()), (None, None));
    }

    #[test]
    fn a_private_file_is_private_and_new() {
        let directory = tempfile::tempdir().unwrap();
        let files = Files::of(&Environment::default());
        let path = directory.path().join("key");
        files.create_private(&path).unwrap().write(&Secret::new("s")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let again = files.create_private(&path).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(files.read_secret(&path).unwrap(), Secret::new("s"));
    }

    #[test]
    #[cfg(unix)]
    fn an_empty_file_that_was_left_is_taken_once_and_made_private() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let files = Files::of(&Environment::default());
        let path = directory.path().join("key");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let taken = files.create_private(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = files.create_private(&path).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        taken.write(&Secret::new("s")).unwrap();
        assert_eq!(files.read_secret(&path).unwrap(), Secret::new("s"));
        let link = directory.path().join("link");
        let target = directory.path().join("target");
        std::fs::write(&target, "").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let linked = files.create_private(&link).unwrap_err();
        assert_eq!(linked.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link() {
        let directory = tempfile::tempdir().unwrap();
        let (link, target) = (directory.path().join("link"), directory.path().join("target"));
        std::fs::write(&target, "before").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let files = Files::of(&Environment::default());
        files.replace(&link, "after").unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "after");
        let mode = |path: &Path| {
            use std::os::unix::fs::PermissionsExt;
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        std::fs::set_permissions(&target, std::os::unix::fs::PermissionsExt::from_mode(0o640))
            .unwrap();
        files.replace(&link, "later").unwrap();
        assert_eq!((mode(&target), link.is_symlink()), (0o640, true));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_what_is_not_there_yet_stays_one_and_one_to_itself_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        // One after the other, relative to where each is, and into a folder that is not there.
        std::os::unix::fs::symlink("second", at("first")).unwrap();
        std::os::unix::fs::symlink("dotfiles/config.toml", at("second")).unwrap();
        let files = Files::of(&Environment::default());
        files.replace(&at("first"), "text").unwrap();
        assert!(at("first").is_symlink() && at("second").is_symlink());
        assert_eq!(std::fs::read_to_string(at("dotfiles/config.toml")).unwrap(), "text");
        std::os::unix::fs::symlink("ring", at("ring")).unwrap();
        let error = files.replace(&at("ring"), "text").unwrap_err();
        assert_eq!(error.to_string(), "a link leads to itself");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, [0xff]).unwrap();
        let error = Files::of(&Environment::default()).read(&path).unwrap_err();
        assert_eq!(error.to_string(), "not valid UTF-8");
    }
}
