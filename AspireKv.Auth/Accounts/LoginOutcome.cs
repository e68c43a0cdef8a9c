namespace AspireKv.Auth.Accounts;

/// <summary>How a login ended. Names are stable: they are the values of a metric's tag.</summary>
internal enum LoginOutcome
{
    /// <summary>A token was issued.</summary>
    Success,

    /// <summary>The body was not a login.</summary>
    Malformed,

    /// <summary>No such account or another password; nobody learns which. In Development, where there are none: another machine.</summary>
    Refused,

    /// <summary>Too many failures for the account or from the address.</summary>
    Throttled,

    /// <summary>Too many passwords wait to be hashed.</summary>
    Busy,

    /// <summary>The accounts cannot be read at the moment.</summary>
    Unavailable,
}
