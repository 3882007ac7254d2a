namespace Bongsu.AspNetCore.Requests;

/// <summary>How a request ended.</summary>
/// <param name="Route">The route template; null if no endpoint matched.</param>
/// <param name="Method">One of the known methods, or <c>_OTHER</c>.</param>
/// <param name="Status">What the caller saw, or would have seen.</param>
/// <param name="ErrorType">Exception type or status; null if all was well.</param>
/// <param name="ErrorClass">One of <see cref="ErrorClasses"/>; null below 400.</param>
/// <param name="Exception">What was thrown, handled or not.</param>
internal sealed record RequestOutcome(string? Route, string Method, int Status, string? ErrorType, string? ErrorClass, Exception? Exception)
{
    /// <summary>The service failed, as opposed to the caller.</summary>
    public bool IsFailure => Status >= 500;
}
