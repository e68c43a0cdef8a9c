namespace AspireKv.Gateway.Bodies;

/// <summary>Why a body was not taken in.</summary>
internal enum BodyFault
{
    None,

    /// <summary>The body is longer than its route takes.</summary>
    TooLong,

    /// <summary>The budget has no room for the body at the moment; the same body may be taken later.</summary>
    NoRoom,
}
