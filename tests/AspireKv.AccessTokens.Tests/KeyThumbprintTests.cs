using System.Buffers.Text;
using System.Security.Cryptography;

namespace AspireKv.AccessTokens.Tests;

public sealed class KeyThumbprintTests
{
    [Fact]
    public void Compute_ExampleOfRfc7638_GivesItsThumbprint()
    {
        const string Modulus =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3ok"
            + "njhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu"
            + "6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8a"
            + "wapJzKnqDKgw";

        var thumbprint = KeyThumbprint.Compute(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(Modulus),
            Exponent = Base64Url.DecodeFromChars("AQAB"),
        });

        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", thumbprint);
    }
}
