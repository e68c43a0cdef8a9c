namespace AspireKv.Auth.Tests.Support;

/// <summary>A directory of a test's own, removed with everything in it.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("aspirekv-auth-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
