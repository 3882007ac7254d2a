using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Http;

namespace Bongsu.AspNetCore;

/// <summary>Maps what went wrong to one of <see cref="ErrorClasses"/>. Pure; never throws.</summary>
public static class ErrorClassifier
{
    // Why a bound: inner exceptions can form long chains, and the cause is near the top or near nothing.
    private const int MaxDepth = 8;

    /// <summary>The class of an exception, or <see cref="ErrorClasses.Bug"/> if no other fits.</summary>
    public static string Classify(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var depth = 0;
        for (var e = exception; e is not null && depth < MaxDepth; e = e.InnerException, depth++)
        {
            if (Known(e) is { } known)
                return known;
        }
        return ErrorClasses.Bug;
    }

    /// <summary>The class of a response status; null below 400.</summary>
    public static string? Classify(int statusCode) => statusCode switch
    {
        < 400 => null,
        401 or 403 or 407 => ErrorClasses.Auth,
        429 => ErrorClasses.RateLimited,
        499 => ErrorClasses.Cancelled,
        < 500 => ErrorClasses.Validation,
        502 or 503 => ErrorClasses.DependencyError,
        504 => ErrorClasses.DependencyTimeout,
        _ => ErrorClasses.Bug,
    };

    private static string? Known(Exception exception) => exception switch
    {
        BadHttpRequestException bad => Classify(bad.StatusCode) ?? ErrorClasses.Validation,
        ValidationException => ErrorClasses.Validation,
        UnauthorizedAccessException or AuthenticationException => ErrorClasses.Auth,
        TimeoutException => ErrorClasses.DependencyTimeout,
        // Why: HttpClient wraps its own timeout so; any other cancellation was somebody's wish.
        OperationCanceledException { InnerException: TimeoutException } => ErrorClasses.DependencyTimeout,
        OperationCanceledException => ErrorClasses.Cancelled,
        DbException db => Database(db),
        HttpRequestException { InnerException: TimeoutException } => ErrorClasses.DependencyTimeout,
        HttpRequestException { StatusCode: { } status } => (int)status == 504 ? ErrorClasses.DependencyTimeout : ErrorClasses.DependencyError,
        HttpRequestException or HttpIOException or SocketException => ErrorClasses.DependencyError,
        _ => null,
    };

    // SQLSTATE: 40P01 deadlock, 40001 serialization failure, 55P03 lock not available, 57014 statement timeout, class 08 connection.
    private static string? Database(DbException exception) => exception.SqlState switch
    {
        "40P01" or "40001" or "55P03" => ErrorClasses.DbDeadlock,
        "57014" => ErrorClasses.DependencyTimeout,
        null when exception.InnerException is TimeoutException => ErrorClasses.DependencyTimeout,
        null => ErrorClasses.DependencyError,
        _ when exception.IsTransient => ErrorClasses.DependencyError,
        // Why: class 42 and 22 and 23 are wrong statements and broken rules, which is this service's own code.
        ['4' or '2', '2' or '3', ..] => ErrorClasses.Bug,
        _ => ErrorClasses.DependencyError,
    };
}
