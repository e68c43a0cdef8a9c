using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AspireKv.AppHost;

/// <summary>The certificate that <c>dotnet dev-certs https</c> makes, which Aspire and Kestrel take for every https address.</summary>
internal static class DeveloperCertificate
{
    /// <summary>The extension by which ASP.NET Core knows its certificate.</summary>
    private const string Extension = "1.3.6.1.4.1.311.84.1.1";

    /// <summary>Whether this user has one that can be used now.</summary>
    public static bool IsThere()
    {
        try
        {
            using var store = new X509Store(StoreName.My, StoreLocation.CurrentUser);
            store.Open(OpenFlags.ReadOnly);
            return store.Certificates.Find(X509FindType.FindByExtension, Extension, validOnly: false)
                .Find(X509FindType.FindByTimeValid, TimeProvider.System.GetLocalNow().DateTime, validOnly: false)
                .Any(static certificate => certificate.HasPrivateKey);
        }
        catch (CryptographicException)
        {
            // A user without a home has no store either.
            return false;
        }
    }
}
