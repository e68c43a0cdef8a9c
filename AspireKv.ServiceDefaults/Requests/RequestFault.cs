namespace AspireKv.ServiceDefaults.Requests;

/// <summary>What can be wrong with a request before anybody looks at what it asks for.</summary>
public enum RequestFault
{
    None,

    /// <summary>Nobody here knows the method: methods are case-sensitive (RFC 9110, 9.1), and <c>put</c> is not <c>PUT</c>.</summary>
    UnknownMethod,

    /// <summary>The body is coded by something else than one <c>chunked</c>, and would be taken as it came.</summary>
    UnknownTransferCoding,

    /// <summary>The body is coded by <c>Content-Encoding</c>, which nobody here undoes or keeps.</summary>
    UnknownContentCoding,

    /// <summary>Two servers in a row may find the end of the request at different places (RFC 9112, 6.1 and 11.2).</summary>
    AmbiguousLength,
}
