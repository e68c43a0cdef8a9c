namespace AspireKv.Auth.Tests.Support;

/// <summary>One auth service in Development for a whole class of tests.</summary>
public sealed class RunningAuth : IDisposable
{
    public RunningAuth() => Host = AuthHost.Development(Directory);

    internal ScratchDirectory Directory { get; } = new();

    internal AuthHost Host { get; }

    public void Dispose()
    {
        Host.Dispose();
        Directory.Dispose();
    }
}
