using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;

namespace AspireKv.Storage.Directories;

/// <summary>
/// The files of a node that are not to be trusted: noted as damaged first, and set aside at the next start, each time in a directory of
/// their own. Nothing is ever deleted there, since an operator may want to look.
/// </summary>
internal sealed class DamagedFiles(IFileSystem files, DirectoryLayout layout) : IDamageNotes
{
    private const int MaxNoteBytes = 64 * 1024;

    /// <summary>Guards the note, and <see cref="_isGivenUp"/>.</summary>
    private readonly Lock _gate = new();
    private bool _isGivenUp;

    /// <inheritdoc/>
    public int TimesSetAside => AsideNumbers().Count();

    /// <summary>True when there is anything that a node wrote and <see cref="SetAside"/> would move.</summary>
    public bool HasFiles =>
        files.ListFiles(layout.WalDirectory).Count > 0 || files.ListFiles(layout.Root).Any(name => IsMoved(name, keepsFounding: false));

    /// <inheritdoc/>
    public void NoteDamage(string reason)
    {
        lock (_gate)
        {
            // A reader that finds damage after the directory was given up may speak of files that were set aside since; those that are
            // there now are another's.
            if (!_isGivenUp && !files.Exists(layout.DamagePath))
            {
                files.WriteWhole(layout.DamagePath, System.Text.Encoding.UTF8.GetBytes(reason + "\n"));
            }
        }
    }

    /// <summary>The directory is another's from now on; nothing more is noted there.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            _isGivenUp = true;
        }
    }

    /// <exception cref="StorageDamagedException">An earlier process noted that the files are damaged.</exception>
    public void ThrowIfNoted()
    {
        if (files.Exists(layout.DamagePath))
        {
            var note = System.Text.Encoding.UTF8.GetString(files.ReadAll(layout.DamagePath, MaxNoteBytes)).TrimEnd();
            throw new StorageDamagedException($"Damage was found in '{layout.Root}' before: {note}");
        }
    }

    /// <summary>
    /// Moves the files of the node to a directory of their own, and returns its path. The note is written before any file is moved that is
    /// moved in any case, and moved last: after a crash meanwhile the next start sees the note, and moves the rest to the same place.
    /// </summary>
    /// <param name="reason">What is wrong with the files, in one line.</param>
    /// <param name="keepsFounding">Leaves the founding record, if it is whole, for which cluster this is.</param>
    public string SetAside(string reason, bool keepsFounding = true)
    {
        var aside = layout.AsidePath(AsideNumbers().DefaultIfEmpty().Max() + 1);
        var asideWal = Path.Combine(aside, DirectoryLayout.Wal);
        files.CreateDirectory(aside);
        files.CreateDirectory(asideWal);
        if (!keepsFounding && files.Exists(layout.FoundingPath))
        {
            // Before the note: where a crash comes in between, the next start moves the rest, and would keep it. Without it no start takes
            // the rest for whole.
            files.Rename(layout.FoundingPath, Path.Combine(aside, DirectoryLayout.Founding));
            files.SyncDirectory(aside);
            files.SyncDirectory(layout.Root);
        }

        NoteDamage(reason);
        foreach (var name in files.ListFiles(layout.WalDirectory))
        {
            files.Rename(Path.Combine(layout.WalDirectory, name), Path.Combine(asideWal, name));
        }

        foreach (var name in files.ListFiles(layout.Root).Where(name => IsMoved(name, keepsFounding)))
        {
            files.Rename(Path.Combine(layout.Root, name), Path.Combine(aside, name));
        }

        files.SyncDirectory(asideWal);
        files.SyncDirectory(aside);
        files.SyncDirectory(layout.WalDirectory);
        files.SyncDirectory(layout.Root);
        files.Rename(layout.DamagePath, Path.Combine(aside, DirectoryLayout.DamageNote));
        files.SyncDirectory(aside);
        files.SyncDirectory(layout.Root);
        return aside;
    }

    /// <summary>
    /// The numbers of the directories with files that were set aside; an operator may have deleted some. One without a note is not complete
    /// yet.
    /// </summary>
    private IEnumerable<int> AsideNumbers() => files.ListDirectories(layout.Root)
        .Select(DirectoryLayout.AsideNumber)
        .OfType<int>()
        .Where(number => files.Exists(Path.Combine(layout.AsidePath(number), DirectoryLayout.DamageNote)));

    private bool IsMoved(string name, bool keepsFounding)
    {
        var path = Path.Combine(layout.Root, name);
        return path == layout.FoundingPath
            ? !keepsFounding || !IsFoundingWhole()
            : path == layout.LivesPath
            ? !keepsFounding || !AreLivesWhole()
            : path == layout.IdentityPath || path == layout.StartsPath || path.StartsWith(layout.SqlitePath, StringComparison.Ordinal);
    }

    private bool AreLivesWhole()
    {
        try
        {
            new SlotFile(files, layout.LivesPath, ChecksummedFileKind.Lives).Read(static payload => SmallFileCodec.DecodeLives(payload));
            return true;
        }
        catch (StorageDamagedException)
        {
            return false;
        }
    }

    private bool IsFoundingWhole()
    {
        try
        {
            return ChecksummedFile.Read(files, layout.FoundingPath, ChecksummedFileKind.Founding, static _ => true);
        }
        catch (StorageDamagedException)
        {
            return false;
        }
    }
}
