using System.Security.Cryptography;
using AspireKv.AccessTokens;
using AspireKv.Auth.Files;
using AspireKv.ServiceDefaults.StartUp;
using Microsoft.IdentityModel.Tokens;

namespace AspireKv.Auth.Issuing;

/// <summary>
/// The key that signs access tokens: made at the first start, kept in a file that only this user may read, never sent anywhere.
/// The file appears under its name only when complete (written beside it, synced, renamed), so a crash leaves a whole key or none,
/// and no token is signed before the disk has the file and its name.
/// </summary>
internal sealed class SigningKeyStore
{
    public const string FileName = "signing-key.pem";

    /// <summary>A PKCS#8 PEM of RSA-4096 has 3.3 KiB.</summary>
    private const int MaxFileBytes = 16 * 1024;

    private SigningKeyStore(RSA key)
    {
        Public = key.ExportParameters(includePrivateParameters: false);
        KeyId = KeyThumbprint.Compute(Public);

        // As parameters and not as the RSA object: the library then gives each concurrent signature an object of its own.
        Credentials = new SigningCredentials(
            new RsaSecurityKey(key.ExportParameters(includePrivateParameters: true)) { KeyId = KeyId }, AccessTokenFormat.Algorithm);
    }

    public string KeyId { get; }

    public RSAParameters Public { get; }

    public SigningCredentials Credentials { get; }

    /// <exception cref="StartUpException">The file or directory cannot be used.</exception>
    public static SigningKeyStore Open(string directory, IDisk disk, ILogger logger)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            PrivateFiles.CreateDirectory(directory, disk);
            var created = !File.Exists(path);
            if (created)
            {
                Create(path, disk);
            }

            var store = Load(path);

            // Before it signs: a power cut that took the key would end every token it signed. At each start, since the file may have been
            // put there by hand, or by a start that ended in between.
            PrivateFiles.Sync(path, disk);
            if (created)
            {
                Log.SigningKeyCreated(logger, store.KeyId, path);
            }
            else
            {
                Log.SigningKeyLoaded(logger, store.KeyId, path);
            }

            return store;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartUpException(
                $"the signing key {path} cannot be read or made ({exception.Message}): let Auth:DataDirectory be a directory that "
                + "this user may write to",
                exception);
        }
    }

    private static void Create(string path, IDisk disk)
    {
        using var key = RSA.Create(AccessTokenFormat.MinKeySizeBits);
        var unfinished = path + ".new";
        File.Delete(unfinished);
        using (var file = PrivateFiles.CreateNew(unfinished))
        using (var writer = new StreamWriter(file))
        {
            writer.Write(key.ExportPkcs8PrivateKeyPem());
            writer.Write('\n');
            writer.Flush();
            disk.SyncFile(file.SafeFileHandle, unfinished);
        }

        File.Move(unfinished, path, overwrite: false);
    }

    private static SigningKeyStore Load(string path)
    {
        if (PrivateFiles.IsOpenToOthers(path))
        {
            throw new StartUpException(
                $"the signing key {path} is open to other users: make a new one by deleting it, or, if nobody can have read it, "
                + "run chmod 600 on it");
        }

        using var key = RSA.Create();
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
            {
                throw Damaged(path, null);
            }

            key.ImportFromPem(File.ReadAllText(path));
            if (key.KeySize is < AccessTokenFormat.MinKeySizeBits or > AccessTokenFormat.MaxKeySizeBits)
            {
                throw Damaged(path, null);
            }

            // A public key alone would import as well.
            byte[] sample = [1];
            var signature = key.SignData(sample, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return key.VerifyData(sample, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                ? new SigningKeyStore(key)
                : throw Damaged(path, null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw Damaged(path, exception);
        }
    }

    private static StartUpException Damaged(string path, Exception? cause) => new(
        $"the signing key {path} is damaged: put back a copy, or delete it to have a new one made (every token issued so far becomes "
        + "invalid)",
        cause);
}
