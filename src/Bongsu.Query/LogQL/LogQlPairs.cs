using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL;

/// <summary>Reads <c>key=value key="value"</c> texts (logfmt), as parameters of search APIs have them. Pure.</summary>
public static class LogQlPairs
{
    /// <summary>The pairs in order; <paramref name="problem"/> names the first malformed one.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(string text, out string? problem)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        problem = null;
        var reader = new LogfmtReader(text);
        while (reader.Read())
        {
            problem ??= reader.Problem;
            if (reader.Problem is null)
                pairs.Add(KeyValuePair.Create(reader.Key, reader.Value));
        }
        return pairs;
    }
}
