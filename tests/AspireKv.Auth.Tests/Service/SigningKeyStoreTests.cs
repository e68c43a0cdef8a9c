using System.Security.Cryptography;
using AspireKv.Auth.Issuing;
using AspireKv.Auth.Tests.Support;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Logging.Abstractions;

namespace AspireKv.Auth.Tests.Service;

public sealed class SigningKeyStoreTests : IDisposable
{
    private readonly ScratchDirectory _directory = new();
    private readonly RecordingDisk _disk = new();

    private string KeyPath => _directory.File(SigningKeyStore.FileName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_FirstTime_MakesAKeyThatOnlyTheOwnerMayRead()
    {
        var store = Open();

        Assert.Equal(43, store.KeyId.Length);
        Assert.Equal([KeyPath], Directory.GetFiles(_directory.Path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        }
    }

    [Fact]
    public void Open_Again_FindsTheSameKey() => Assert.Equal(Open().KeyId, Open().KeyId);

    [Fact]
    public void Open_NewDirectory_IsMadeForTheOwnerAlone()
    {
        var path = _directory.File("auth");

        SigningKeyStore.Open(path, _disk, NullLogger.Instance);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        }
    }

    /// <summary>A rename that reaches the disk before the content leaves an empty key, and a directory that does not, none.</summary>
    [Fact]
    public void Open_FirstTime_KeyAndNameAndDirectoriesAreOnTheDiskBeforeItSigns()
    {
        var outer = _directory.File("data");
        var directory = Path.Combine(outer, "auth");

        SigningKeyStore.Open(directory, _disk, NullLogger.Instance);

        var key = Path.Combine(directory, SigningKeyStore.FileName);
        var length = new FileInfo(key).Length;
        Assert.Equal(
            [
                $"{_directory.Path}: data", $"{outer}: auth", $"{key}.new: {length} bytes", $"{key}: {length} bytes",
                $"{directory}: {SigningKeyStore.FileName}",
            ],
            _disk.Synced);
    }

    /// <summary>The start before may have ended between the rename and the sync, or somebody may have put back a copy.</summary>
    [Fact]
    public void Open_KeyThatIsThere_IsOnTheDiskBeforeItSigns()
    {
        Open();
        _disk.Synced.Clear();

        Open();

        Assert.Equal(
            [$"{KeyPath}: {new FileInfo(KeyPath).Length} bytes", $"{_directory.Path}: {SigningKeyStore.FileName}"], _disk.Synced);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Open_DiskThatCannotKeepTheKey_IsRefusedUntilItCan(int syncs)
    {
        var directory = _directory.File("auth");
        _disk.FailAfter(syncs);

        var refused = Assert.Throws<StartUpException>(() => SigningKeyStore.Open(directory, _disk, NullLogger.Instance));

        Assert.Contains("cannot be read or made (the disk is gone)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(syncs > 0, Directory.Exists(directory));
        SigningKeyStore.Open(directory, _disk, NullLogger.Instance);
    }

    [Fact]
    public void Open_LeftoverOfACrash_IsReplaced()
    {
        File.WriteAllText(KeyPath + ".new", "half a key");

        Open();

        Assert.Equal([KeyPath], Directory.GetFiles(_directory.Path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Open_KeyOpenToOthers_IsRefusedWithOneLine(UnixFileMode more)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Open();
        File.SetUnixFileMode(KeyPath, File.GetUnixFileMode(KeyPath) | more);

        AssertRefused("open to other users");
    }

    [Fact]
    public void Open_DamagedKey_IsRefusedAndLeftAlone()
    {
        Open();
        var whole = File.ReadAllText(KeyPath);
        string[] damaged = ["", "garbage", whole[..(whole.Length / 2)], whole.Replace("A", "B", StringComparison.Ordinal), new string(
            'x', 100_000)];
        foreach (var text in damaged)
        {
            File.WriteAllText(KeyPath, text);
            AssertRefused("damaged");
            Assert.Equal(text, File.ReadAllText(KeyPath));
        }
    }

    [Fact]
    public void Open_PublicOrShortOrOtherKey_IsRefused()
    {
        Open();
        using var rsa = RSA.Create(2048);
        using var shortRsa = RSA.Create(1024);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] wrong = [rsa.ExportSubjectPublicKeyInfoPem(), shortRsa.ExportPkcs8PrivateKeyPem(), ecdsa.ExportPkcs8PrivateKeyPem()];
        foreach (var pem in wrong)
        {
            File.WriteAllText(KeyPath, pem);
            AssertRefused("damaged");
        }
    }

    [Fact]
    public void Open_DirectoryIsAFile_IsRefused()
    {
        File.WriteAllText(_directory.File("taken"), "");

        var refused = Assert.Throws<StartUpException>(() => SigningKeyStore.Open(_directory.File("taken"), _disk, NullLogger.Instance));

        Assert.Contains("Auth:DataDirectory", refused.Message, StringComparison.Ordinal);
    }

    private SigningKeyStore Open() => SigningKeyStore.Open(_directory.Path, _disk, NullLogger.Instance);

    private void AssertRefused(string reason)
    {
        var refused = Assert.Throws<StartUpException>(() => Open());
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains(KeyPath, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
