using Microsoft.Extensions.Configuration;

namespace AspireKv.AppHost;

/// <summary>Everything that has to be in order before a process is started: the settings, the data root, and free ports.</summary>
internal sealed class ClusterSetup : IDisposable
{
    private ClusterSetup(ClusterSettings settings, DataRoot dataRoot) => (Settings, DataRoot) = (settings, dataRoot);

    public ClusterSettings Settings { get; }

    public DataRoot DataRoot { get; }

    /// <summary>Null when the cluster cannot start; <paramref name="problem"/> then says in one line what to do.</summary>
    public static ClusterSetup? Prepare(IConfiguration configuration, string appHostDirectory, out string? problem)
    {
        if (!ClusterSettings.TryRead(configuration, appHostDirectory, out var settings, out problem)
            || !DataRoot.TryOpen(settings.DataRoot, out var dataRoot, out problem))
        {
            return null;
        }

        if (PortCheck.FirstInUse(settings.Ports()) is { } use)
        {
            dataRoot.Dispose();
            problem = $"Port {use.Port}, for {use.Purpose}, is in use. Stop the program that uses it, or choose another port with {use.Option}.";
            return null;
        }

        return new ClusterSetup(settings, dataRoot);
    }

    public void Dispose() => DataRoot.Dispose();
}
