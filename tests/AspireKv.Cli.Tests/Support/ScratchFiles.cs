namespace AspireKv.Cli.Tests.Support;

/// <summary>Files of a test's own, removed with their directory.</summary>
internal sealed class ScratchFiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("aspirekv-cli-").FullName;

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
