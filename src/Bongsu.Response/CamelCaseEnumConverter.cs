using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bongsu.Response;

/// <summary>Writes an enum as its name in camel case.</summary>
public sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) where T : struct, Enum;
