namespace Bongsu.AspNetCore;

/// <summary>Values of the attribute <c>error.class</c>: who has to act, in eight words.</summary>
public static class ErrorClasses
{
    /// <summary>The caller sent something wrong.</summary>
    public const string Validation = "validation_error";

    /// <summary>The caller may not.</summary>
    public const string Auth = "auth_error";

    /// <summary>Something this service needs did not answer in time.</summary>
    public const string DependencyTimeout = "dependency_timeout";

    /// <summary>Something this service needs failed.</summary>
    public const string DependencyError = "dependency_error";

    /// <summary>The database chose this transaction as a victim, or a lock was not granted.</summary>
    public const string DbDeadlock = "db_deadlock";

    /// <summary>Too many requests.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>None of the others: this service's own code.</summary>
    public const string Bug = "bug";

    /// <summary>The caller went away.</summary>
    public const string Cancelled = "cancelled";
}
