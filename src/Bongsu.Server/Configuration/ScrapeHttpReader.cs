using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads how servers are talked to, of a job or of an http_sd_config. Secrets go into <see cref="Secret"/> and into no problem.</summary>
internal sealed class ScrapeHttpReader(YamlMap map, string directory)
{
    // Parts of Prometheus' client that are not here. Better a start that fails than targets that are asked without their credentials.
    private static readonly string[] s_unsupported = ["oauth2", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header", "http_headers", "sigv4"];

    /// <summary>What the files that are read once stood at, so that a reload notices a new certificate.</summary>
    public string FileStamps { get; private set; } = "";

    public ScrapeHttp Read()
    {
        var http = new ScrapeHttp
        {
            FollowRedirects = map.Flag("follow_redirects", true),
            EnableHttp2 = map.Flag("enable_http2", true),
            Tls = Tls(map.Map("tls_config")),
        };
        http = Bearer(Authorization(Basic(http)));
        foreach (var key in s_unsupported)
        {
            if (map.Has(key, isKnown: true))
                map.Report(key, "is not supported here", "remove it; supported are basic_auth, authorization, bearer_token and tls_config");
        }
        if (Ingest.Scrape.Scraper.Check(http) is { } problem)
            map.Report("tls_config", problem, "check the certificate and key files");
        return http;
    }

    private ScrapeHttp Basic(ScrapeHttp http)
    {
        if (map.Map("basic_auth") is not { } basic)
            return http;
        var user = basic.Text("username") ?? (basic.Text("username_file") is { } file ? ReadText(basic, "username_file", file) : null);
        var password = Secret(basic, "password", "password_file");
        basic.End();
        return http with { BasicUser = user ?? "", BasicPassword = password };
    }

    private ScrapeHttp Authorization(ScrapeHttp http)
    {
        if (map.Map("authorization") is not { } authorization)
            return http;
        var type = authorization.Text("type")?.Trim() ?? "Bearer";
        var credentials = Secret(authorization, "credentials", "credentials_file");
        if (type.Equals("basic", StringComparison.OrdinalIgnoreCase))
            authorization.Report("type", "authorization type cannot be set to \"basic\"", "use basic_auth");
        if (http.BasicUser is not null)
            map.Report("authorization", "at most one of basic_auth, authorization and bearer_token may be given", "remove one");
        authorization.End();
        return http with { AuthorizationType = type, AuthorizationCredentials = credentials };
    }

    private ScrapeHttp Bearer(ScrapeHttp http)
    {
        var bearer = Secret(map, "bearer_token", "bearer_token_file");
        if (bearer is null)
            return http;
        if (http.BasicUser is not null || http.AuthorizationCredentials is not null)
            map.Report(map.Has("bearer_token") ? "bearer_token" : "bearer_token_file", "at most one of basic_auth, authorization and bearer_token may be given", "remove one");
        return http with { AuthorizationCredentials = bearer };
    }

    private ScrapeTls Tls(YamlMap? tls)
    {
        if (tls is null)
            return new ScrapeTls();
        var read = new ScrapeTls
        {
            Ca = tls.Text("ca"),
            CaFile = FilePath(tls, "ca_file"),
            Cert = tls.Text("cert"),
            CertFile = FilePath(tls, "cert_file"),
            Key = tls.Text("key") is { } key ? Ingest.Scrape.Jobs.Secret.OfValue(key) : null,
            KeyFile = FilePath(tls, "key_file"),
            ServerName = tls.Text("server_name"),
            InsecureSkipVerify = tls.Flag("insecure_skip_verify", false),
        };
        if ((read.Cert ?? read.CertFile) is null != (read.Key is null && read.KeyFile is null))
            tls.Report(read.Key is null && read.KeyFile is null ? "cert_file" : "key_file", "exactly one of key or key_file must be configured when a client certificate is configured, and the other way round", "give both");
        foreach (var version in (string[])["min_version", "max_version"])
        {
            if (tls.Has(version, isKnown: true))
                tls.Report(version, "is not supported here", "remove it; the system's TLS settings stand");
        }
        tls.End();
        return read;
    }

    private string? FilePath(YamlMap from, string key)
    {
        if (from.Text(key) is not { } text)
            return null;
        var path = Path.GetFullPath(text, directory);
        var file = new FileInfo(path);
        FileStamps += $"|{path}:{(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}";
        return path;
    }

    private Secret? Secret(YamlMap from, string key, string fileKey)
    {
        var value = from.Text(key);
        var file = from.Text(fileKey);
        if (value is not null && file is not null)
            from.Report(fileKey, $"at most one of {key} and {fileKey} must be configured", "remove one");
        return value is not null ? Ingest.Scrape.Jobs.Secret.OfValue(value) : file is not null ? Ingest.Scrape.Jobs.Secret.OfFile(Path.GetFullPath(file, directory)) : null;
    }

    private string? ReadText(YamlMap from, string key, string file)
    {
        try
        {
            return File.ReadAllText(Path.GetFullPath(file, directory)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            from.Report(key, $"cannot be read: {e.Message}", "check the file and its permissions");
            return null;
        }
    }
}
