using System.Text.Json;
using AspireKv.Auth.Accounts;

namespace AspireKv.Auth.Api;

/// <summary>The body of a login, checked. Its password is a secret: this type prints nothing.</summary>
internal sealed class LoginRequest
{
    private const string Shape = "the body must be JSON like {\"email\":\"user@example.com\",\"password\":\"...\"}";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private LoginRequest(EmailAddress email, string? password)
    {
        Email = email;
        Password = password;
    }

    public EmailAddress Email { get; }

    public string? Password { get; }

    /// <summary>Null when the body is no login; <paramref name="error"/> then says why, without repeating any of it.</summary>
    public static LoginRequest? Read(ReadOnlyMemory<byte> body, out string error)
    {
        error = Shape;
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            if (!TryReadText(root, "email", out var email) || email is null)
            {
                error = "the member \"email\" must be there and be text";
                return null;
            }

            if (!TryReadText(root, "password", out var password))
            {
                error = "the member \"password\" must be text";
                return null;
            }

            if (!EmailAddress.TryParse(email, out var address))
            {
                error = "the member \"email\" is not an e-mail address";
                return null;
            }

            return new LoginRequest(address, password);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a JSON string that is not valid Unicode.
            return null;
        }
    }

    /// <summary>False when the member is there and is not text. Null counts as not there.</summary>
    private static bool TryReadText(JsonElement json, string name, out string? text)
    {
        text = null;
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        text = value.GetString();
        return true;
    }
}
