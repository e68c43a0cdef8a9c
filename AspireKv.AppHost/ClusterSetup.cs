using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>Everything that has to be in order before a process is started: the settings, the data root, and free ports.</summary>
internal sealed class ClusterSetup(ClusterSettings settings, DataRoot dataRoot) : IDisposable
{
    public ClusterSettings Settings => settings;

    public DataRoot DataRoot => dataRoot;

    /// <summary>Null when the cluster cannot start; <paramref name="problem"/> then says in one line what to do.</summary>
    public static ClusterSetup? Prepare(IConfiguration configuration, string appHostDirectory, out string? problem)
    {
        if (!ClusterSettings.TryRead(configuration, appHostDirectory, out var read, out problem)
            || !DataRoot.TryOpen(read.DataRoot, out var opened, out problem))
        {
            return null;
        }

        if (PortCheck.FirstInUse(read.Ports()) is { } use)
        {
            opened.Dispose();
            problem = $"Port {use.Port}, for {use.Purpose}, is in use. Stop the program that uses it, or choose another port with {use.Option}.";
            return null;
        }

        return new ClusterSetup(read, opened);
    }

    public void Dispose() => dataRoot.Dispose();
}
