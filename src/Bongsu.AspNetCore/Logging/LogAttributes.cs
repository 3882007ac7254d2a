using System.Globalization;
using Bongsu.AspNetCore.Requests;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Logging;

/// <summary>Gathers what a log call carries: message arguments, scopes and exception. Values are frozen at once.</summary>
internal static class LogAttributes
{
    public static void AddState<TState>(List<KeyValuePair<string, object?>> into, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> pairs)
            return;
        for (var i = 0; i < pairs.Count; i++)
        {
            var (key, value) = pairs[i];
            if (key == "{OriginalFormat}")
                into.Add(new("log.template", value as string));
            else
                Add(into, key, value);
        }
    }

    public static void AddScopes(List<KeyValuePair<string, object?>> into, IExternalScopeProvider? scopes)
    {
        scopes?.ForEachScope(static (scope, list) =>
        {
            if (scope is not IEnumerable<KeyValuePair<string, object?>> pairs)
                return;
            foreach (var (key, value) in pairs)
            {
                if (!IsFrameworkScope(key))
                    Add(list, key, value);
            }
        }, into);
    }

    public static void AddException(List<KeyValuePair<string, object?>> into, Exception? exception)
    {
        if (exception is null)
            return;
        into.Add(new("exception.type", exception.GetType().FullName));
        into.Add(new("exception.message", exception.Message));
        into.Add(new("exception.stacktrace", exception.ToString()));
        if (!into.Exists(p => p.Key == RequestSummary.ErrorClass))
            into.Add(new(RequestSummary.ErrorClass, ErrorClassifier.Classify(exception)));
    }

    // Why: the ids have their own fields, and paths hold what routes leave out.
    private static bool IsFrameworkScope(string key) =>
        key is "SpanId" or "TraceId" or "ParentId" or "ConnectionId" or "RequestId" or "RequestPath" or "{OriginalFormat}";

    private static void Add(List<KeyValuePair<string, object?>> into, string key, object? value)
    {
        if (value is null || string.IsNullOrEmpty(key))
            return;
        for (var i = 0; i < into.Count; i++)
        {
            // The innermost wins: message arguments come before scopes.
            if (into[i].Key == key)
                return;
        }
        into.Add(new(key, Frozen(value)));
    }

    private static object? Frozen(object value)
    {
        if (value is string or bool or long or int or double or float or short or byte)
            return value;
        if (value is IEnumerable<string> texts)
            return texts.Take(128).ToArray();
        try
        {
            return Convert.ToString(value, CultureInfo.InvariantCulture);
        }
        catch (Exception e)
        {
            // Why: a ToString of the service's own types may throw, and a log call must not.
            return $"({value.GetType().Name}: {e.GetType().Name})";
        }
    }
}
