namespace AspireKv.StorageNode.Identity;

/// <summary>
/// The end of a host whose files are damaged, so that the process begins anew: opening the directory sets the files aside, as after a
/// restart, and the node is rebuilt from the others without anybody having to come.
/// </summary>
internal sealed class NewLife(IHostApplicationLifetime lifetime)
{
    private volatile bool _isDue;

    /// <summary>True when the process must not end with this host.</summary>
    public bool IsDue => _isDue;

    /// <summary>Ends the host; one that has not started yet is let start, since only then can it be stopped in order.</summary>
    public void Begin()
    {
        _isDue = true;
        lifetime.ApplicationStarted.UnsafeRegister(static lifetime => ((IHostApplicationLifetime)lifetime!).StopApplication(), lifetime);
    }
}
