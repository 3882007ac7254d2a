using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Bongsu.AspNetCore.Requests;

/// <summary>Completes the server span as the HTTP semantic conventions ask. What the framework has already set is left as it is.</summary>
internal static class ServerSpan
{
    private const int MaxHeaderValues = 16;

    public static string KnownMethod(string method) =>
        method is "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "HEAD" or "OPTIONS" or "TRACE" or "CONNECT" or "QUERY" ? method : "_OTHER";

    public static void Complete(Activity activity, HttpContext context, RequestOutcome outcome, IList<string> capturedHeaders, string requestId)
    {
        if (!activity.IsAllDataRequested)
            return;
        var request = context.Request;
        if (activity.GetTagItem("http.route") is null)
        {
            var name = outcome.Method == "_OTHER" ? "HTTP" : outcome.Method;
            activity.DisplayName = outcome.Route is null ? name : $"{name} {outcome.Route}";
            Set(activity, "http.route", outcome.Route);
        }
        Set(activity, "http.request.method", outcome.Method);
        if (outcome.Method == "_OTHER")
            Set(activity, "http.request.method_original", request.Method);
        Set(activity, "url.scheme", request.Scheme);
        Set(activity, "url.path", (request.PathBase + request.Path).Value);
        Set(activity, "server.address", request.Host.Host);
        Set(activity, "server.port", request.Host.Port);
        Set(activity, "network.protocol.version", request.Protocol.StartsWith("HTTP/", StringComparison.Ordinal) ? request.Protocol[5..] : null);
        Set(activity, "http.response.status_code", outcome.Status);
        Set(activity, "error.type", outcome.ErrorType);
        Set(activity, RequestSummary.ErrorClass, outcome.ErrorClass);
        Set(activity, "request_id", requestId);
        foreach (var header in capturedHeaders)
        {
            if (request.Headers.TryGetValue(header, out var values))
                Set(activity, "http.request.header." + header.ToLowerInvariant(), values.Take(MaxHeaderValues).ToArray());
        }
        if (outcome.IsFailure && activity.Status == ActivityStatusCode.Unset)
            activity.SetStatus(ActivityStatusCode.Error, outcome.Exception?.GetType().Name);
    }

    private static void Set(Activity activity, string key, object? value)
    {
        if (value is not null && activity.GetTagItem(key) is null)
            activity.SetTag(key, value);
    }
}
