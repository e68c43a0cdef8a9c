using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults;

/// <summary>What keeps a service from starting and an operator can mend.</summary>
public static class StartUpFault
{
    /// <summary>One line that says what is wrong, or null when it is not the operator's to mend.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException validation => string.Join(" ", validation.Failures),
        IOException { InnerException: AddressInUseException } => $"{exception.Message} Stop what listens there, or configure another port.",
        SocketException => $"a listener could not be opened: {exception.Message}.",
        _ => null,
    };
}
