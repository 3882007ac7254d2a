using System.Text;
using Bongsu.Ingest.Pipeline.Redaction;

namespace Bongsu.Ingest.Scrape.Targets;

/// <summary>Addresses and parameters as people may see them: what is a secret by its name is masked. Pure.</summary>
internal static class ShownUrl
{
    private const string Mask = "<secret>";
    private const string ParameterPrefix = "__param_";

    private static readonly SensitiveKeys s_secrets = new([], [], new HashSet<Finding>());

    public static string Of(Uri url)
    {
        if (url.Query.Length < 2)
            return WithoutUser(url).GetLeftPart(UriPartial.Path);
        var pairs = url.Query[1..].Split('&').Select(pair =>
        {
            var name = pair.Split('=', 2)[0];
            return IsSecret(Uri.UnescapeDataString(name)) ? $"{name}={Mask}" : pair;
        });
        return $"{WithoutUser(url).GetLeftPart(UriPartial.Path)}?{string.Join('&', pairs)}";
    }

    public static IReadOnlyDictionary<string, string> Labels(IReadOnlyDictionary<string, string> discovered)
    {
        var shown = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in discovered)
            shown[name] = name.StartsWith(ParameterPrefix, StringComparison.Ordinal) && IsSecret(name[ParameterPrefix.Length..]) ? Mask : value;
        return shown;
    }

    private static Uri WithoutUser(Uri url) => url.UserInfo.Length == 0 ? url : new UriBuilder(url) { UserName = "", Password = "" }.Uri;

    private static bool IsSecret(string name) => name.Length <= SensitiveKeys.MaxKeyBytes && s_secrets.Match(Encoding.UTF8.GetBytes(name)) != Finding.None;
}
