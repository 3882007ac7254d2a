using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Requests;

/// <summary>The one record that says how a request went. It never holds the path or the query, only the route template.</summary>
internal sealed class RequestSummary : IReadOnlyList<KeyValuePair<string, object?>>
{
    public const string ErrorClass = "error.class";
    public static readonly EventId Event = new(1, "http.summary");

    private readonly List<KeyValuePair<string, object?>> _fields = [];
    private readonly string _message;

    public RequestSummary(RequestOutcome outcome, double durationMs, RequestTimings timings)
    {
        _message = string.Create(CultureInfo.InvariantCulture, $"{outcome.Method} {outcome.Route ?? "(unmatched)"} {outcome.Status} in {durationMs:0.0} ms");
        Add("http.request.method", outcome.Method);
        Add("http.route", outcome.Route);
        Add("http.response.status_code", outcome.Status);
        Add("duration_ms", Math.Round(durationMs, 3));
        Add("error.type", outcome.ErrorType);
        Add(ErrorClass, outcome.ErrorClass);
        if (timings.DownstreamCalls > 0)
        {
            Add("downstream_ms", Math.Round(timings.DownstreamMs, 3));
            Add("downstream_calls", timings.DownstreamCalls);
        }
        if (timings.DatabaseCalls > 0)
        {
            Add("db_ms", Math.Round(timings.DatabaseMs, 3));
            Add("db_calls", timings.DatabaseCalls);
        }
    }

    public int Count => _fields.Count;
    public KeyValuePair<string, object?> this[int index] => _fields[index];
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    public override string ToString() => _message;

    private void Add(string key, object? value)
    {
        if (value is not null)
            _fields.Add(new(key, value));
    }
}
