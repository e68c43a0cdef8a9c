namespace AspireKv.AppHost.Tests.Model;

public sealed class DataRootTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void TryOpen_HeldBySomebodyElse_RefusesInOneLineThatSaysWhatToDo()
    {
        var path = _directory.Combine("root");
        using var first = Open(path);

        Assert.False(DataRoot.TryOpen(path, out _, out var problem));

        Assert.Contains(path, problem, StringComparison.Ordinal);
        Assert.Contains("--data-root", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void TryOpen_AfterTheHolderIsGone_HasTheSameCredential()
    {
        var path = _directory.Combine("root");
        string credential;
        using (var first = Open(path))
        {
            credential = first.Credential;
        }

        using var second = Open(path);

        Assert.Equal(credential, second.Credential);
        Assert.True(credential.Length >= 32);
    }

    [Fact]
    public void TryOpen_TwoRoots_HaveDifferentCredentials()
    {
        using var one = Open(_directory.Combine("one"));
        using var other = Open(_directory.Combine("other"));

        Assert.NotEqual(one.Credential, other.Credential);
    }

    [Fact]
    public void TryOpen_New_KeepsTheCredentialFromOthers()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var root = Open(_directory.Combine("root"));

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.Combine("root", "cluster-credential")));
    }

    [Fact]
    public void TryOpen_CannotBeADirectory_RefusesInOneLineThatSaysWhatToDo()
    {
        File.WriteAllText(_directory.Combine("file"), "");

        Assert.False(DataRoot.TryOpen(_directory.Combine("file", "root"), out _, out var problem));

        Assert.Contains("--data-root", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void TryOpen_CredentialCutShort_IsRefusedRatherThanReplaced()
    {
        var path = _directory.Combine("root");
        Open(path).Dispose();
        File.WriteAllText(_directory.Combine("root", "cluster-credential"), "short");

        Assert.False(DataRoot.TryOpen(path, out _, out var problem));

        Assert.Contains("cluster-credential", problem, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static DataRoot Open(string path)
    {
        Assert.True(DataRoot.TryOpen(path, out var root, out var problem), problem);
        return root;
    }
}
