using AspireKv.Auth.Files;
using Microsoft.Win32.SafeHandles;

namespace AspireKv.Auth.Tests.Support;

/// <summary>Writes down what was brought to stable storage, as it was then.</summary>
internal sealed class RecordingDisk : IDisk
{
    private int _left = int.MaxValue;

    public List<string> Synced { get; } = [];

    /// <summary>Lets one sync fail, after this many more that do not.</summary>
    public void FailAfter(int syncs) => _left = syncs;

    public void SyncFile(SafeFileHandle handle, string path) => Add($"{path}: {RandomAccess.GetLength(handle)} bytes");

    public void SyncDirectory(string path) =>
        Add($"{path}: {string.Join(' ', Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName))}");

    private void Add(string synced)
    {
        if (_left-- == 0)
        {
            throw new IOException("the disk is gone");
        }

        Synced.Add(synced);
    }
}
