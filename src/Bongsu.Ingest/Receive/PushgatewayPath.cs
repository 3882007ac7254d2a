using System.Buffers.Text;
using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Receive;

/// <summary>Reads the grouping key out of <c>/metrics/job/JOB{/NAME/VALUE}</c>, where a name may end with <c>@base64</c>. Pure.</summary>
internal static class PushgatewayPath
{
    public const string Prefix = "/metrics/";

    private const string Base64Suffix = "@base64";
    private const int MaxLabels = 32;

    /// <summary>The labels; null and why when the path is no grouping key.</summary>
    /// <param name="path">As it came, percent-encoded, without a query.</param>
    /// <param name="error">In Pushgateway's words where it has some.</param>
    public static LabelSet? Parse(string path, out string? error)
    {
        error = null;
        var parts = path[Prefix.Length..].Split('/');
        var labels = new LabelSetBuilder();
        if (parts.Length % 2 != 0)
            error = "odd number of components in label string";
        else if (parts.Length / 2 > MaxLabels)
            error = $"a grouping key has at most {MaxLabels} labels";
        // From the end, so that the job that stands first wins.
        for (var i = parts.Length - 2; i >= 0 && error is null; i -= 2)
        {
            var name = Uri.UnescapeDataString(parts[i]);
            var value = Uri.UnescapeDataString(parts[i + 1]);
            if (name.EndsWith(Base64Suffix, StringComparison.Ordinal))
            {
                name = name[..^Base64Suffix.Length];
                if (!TryBase64(value, out value))
                    error = $"invalid base64 encoding in label value \"{Short(parts[i + 1])}\"";
            }
            if (name.Length == 0 || name.StartsWith("__", StringComparison.Ordinal) || name.Contains('\uFFFD', StringComparison.Ordinal))
                error = $"improper label name \"{Short(name)}\"";
            else if (value.Contains('\uFFFD', StringComparison.Ordinal))
                error = $"the value of label \"{Short(name)}\" is not valid UTF-8";
            labels.Set(name, value);
        }
        var set = labels.ToLabelSet();
        if (error is null && set.Get(LabelNames.Job) is null)
            error = "job name is required";
        return error is null ? set : null;
    }

    // One '=' alone is the empty value, which could not stand between two slashes.
    private static bool TryBase64(string text, out string value)
    {
        value = "";
        try
        {
            value = new UTF8Encoding(false, true).GetString(Base64Url.DecodeFromChars(text.TrimEnd('=')));
            return true;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return false;
        }
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
