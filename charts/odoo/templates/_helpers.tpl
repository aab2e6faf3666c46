{{/* Labels of every object. Call with (dict "root" $ "component" "web"). */}}
{{- define "odoo.labels" -}}
{{ include "odoo.selector" . }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
{{- $own := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" "helm.sh/chart" }}
{{- $others := merge (dict) .root.Values.labels (dict "app.kubernetes.io/managed-by" .root.Release.Service) }}
{{- range $key, $value := $others }}
{{- if not (has $key $own) }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Annotations of what has no pods to wait for: with Pulumi's default, foreground, a deletion can go unnoticed for minutes. */}}
{{- define "odoo.deletion" -}}
pulumi.com/deletionPropagationPolicy: background
{{- end }}

{{/* Labels that tell a component's pods from all others; immutable in a Deployment. */}}
{{- define "odoo.selector" -}}
app.kubernetes.io/name: odoo
app.kubernetes.io/instance: {{ .root.Values.tenant | quote }}
app.kubernetes.io/component: {{ .component | quote }}
{{- end }}

{{/* What the database must hold before pods start: the image's modules, at the image's version. */}}
{{- define "odoo.revision" -}}
{{ printf "%s\n%s" .Values.image.digest (join "," .Values.modules) | sha256sum | trunc 16 }}
{{- end }}

{{- define "odoo.image" -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- end }}

{{/* Whether the tenant's pods run. */}}
{{- define "odoo.running" -}}
{{ if eq .Values.lifecycle "active" }}true{{ end }}
{{- end }}

{{/* What all pods have in common. The image's user odoo is uid 100, gid 101; a name instead of a number fails runAsNonRoot. */}}
{{- define "odoo.pod" -}}
serviceAccountName: {{ .root.Values.serviceAccount | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
# Hosts that modules call, with no setting for the address (settle.py has the others): refused at once by the pod itself, where
# egress that is dropped would hold a worker for seconds.
hostAliases:
  - ip: 127.0.0.1
    hostnames: [apps.odoo.com, services.odoo.com, www.gravatar.com]
priorityClassName: {{ .priorityClass | quote }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 100
  runAsGroup: 101
  fsGroup: 101
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- if not .root.Values.filestore.shared }}
affinity:
  podAffinity:
    # The filestore can be mounted on one node only.
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            app.kubernetes.io/name: odoo
            app.kubernetes.io/instance: {{ .root.Values.tenant | quote }}
{{- else if eq .component "web" }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "odoo.selector" . | nindent 8 }}
{{- end }}
{{- end }}

{{/* What all containers have in common. */}}
{{- define "odoo.container" -}}
image: {{ include "odoo.image" . | quote }}
{{ include "odoo.containerLimits" . }}
{{- end }}

{{/* The same for a container of another image. */}}
{{- define "odoo.containerLimits" -}}
imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
{{ include "odoo.containerSecurity" . }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
{{- end }}

{{- define "odoo.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
  readOnlyRootFilesystem: true
{{- end }}

{{/*
Environment of containers that run Odoo. Call with (dict "root" $ "component" "web"). init.sh tells processes of other pods by
the name that their sessions have.
*/}}
{{- define "odoo.env" -}}
- { name: ODOO_PGAPPNAME, value: {{ printf "odoo-%s-{pid}" .component | quote }} }
- { name: ODOO_RC, value: /etc/odoo/odoo.conf }
- { name: HOME, value: /var/lib/odoo }
- { name: PYTHONDONTWRITEBYTECODE, value: "1" }
{{- with .root.Values.databaseRootCertificate }}
# Odoo has no setting for it.
- { name: PGSSLROOTCERT, value: {{ . | quote }} }
{{- end }}
{{- end }}

{{/* Volumes of pods that run Odoo. Call with (dict "root" $ "keys" (list of the Secret's keys)). */}}
{{- define "odoo.volumes" -}}
- name: config
  secret:
    secretName: {{ .root.Values.configSecret | quote }}
    # 0440, in decimal: YAML parsers do not agree on octal numbers.
    defaultMode: 288
    items:
      {{- range .keys }}
      - { key: {{ . | quote }}, path: {{ . | quote }} }
      {{- end }}
- name: scripts
  configMap:
    name: odoo-scripts
    # 0444
    defaultMode: 292
- name: filestore
  persistentVolumeClaim:
    claimName: {{ .root.Values.filestore.claim | quote }}
- name: tmp
  emptyDir: { sizeLimit: 2Gi }
{{- end }}

{{- define "odoo.mounts" -}}
- { name: config, mountPath: /etc/odoo, readOnly: true }
- { name: scripts, mountPath: /opt/odoo-saas, readOnly: true }
- { name: filestore, mountPath: /var/lib/odoo }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{/* Runs Odoo once the init Job has brought the database to this release's revision. Before Odoo's own command and arguments. */}}
{{- define "odoo.serve" -}}
[python3, -B, -I, /opt/odoo-saas/serve.py]
{{- end }}

{{/* Environment of serve.py, which it hands on to Odoo. Call with (dict "root" $ "component" "web"). */}}
{{- define "odoo.serveEnv" -}}
{{ include "odoo.env" . }}
- { name: ODOO_REVISION, value: {{ include "odoo.revision" .root | quote }} }
- { name: ODOO_IMAGE_DIGEST, value: {{ .root.Values.image.digest | quote }} }
{{- end }}

{{/*
serve.py answers both, so no probe waits for the database or for a worker: a database that hangs must not restart pods. There is
no startup probe, since it is live from its first moment, and gives Odoo the time that a start takes.
*/}}
{{- define "odoo.probes" -}}
livenessProbe:
  httpGet: { path: /live, port: status }
  periodSeconds: 20
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /ready, port: status }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end }}

{{/* Pod template of the init Job: its hash names the Job, because a Job cannot be changed. */}}
{{- define "odoo.initPod" -}}
metadata:
  labels:
    {{- include "odoo.labels" (dict "root" . "component" "init") | nindent 4 }}
  annotations:
    checksum/config: {{ .Values.configRevision | quote }}
    checksum/scripts: {{ .Files.Get "files/init.sh" | cat (.Files.Get "files/session.sh") (.Files.Get "files/company.py") (.Files.Get "files/settle.py") (.Files.Get "files/oidc.py") (.Files.Get "files/indexes.sql") | sha256sum | trunc 16 | quote }}
spec:
  restartPolicy: Never
  {{- include "odoo.pod" (dict "root" . "component" "init" "priorityClass" .Values.priorityClasses.web) | nindent 2 }}
  containers:
    - name: init
      {{- include "odoo.container" . | nindent 6 }}
      command: [/bin/sh, /opt/odoo-saas/init.sh]
      env:
        {{- include "odoo.env" (dict "root" . "component" "init") | nindent 8 }}
        - { name: ODOO_MODULES, value: {{ join "," .Values.modules | quote }} }
        - { name: ODOO_REVISION, value: {{ include "odoo.revision" . | quote }} }
        - { name: ODOO_IMAGE_DIGEST, value: {{ .Values.image.digest | quote }} }
        - { name: WAIT_SECONDS, value: {{ int .Values.init.waitSeconds | quote }} }
      volumeMounts:
        {{- include "odoo.mounts" . | nindent 8 }}
  volumes:
    {{- include "odoo.volumes" (dict "root" . "keys" (list "odoo.conf" "pg_service.conf" "oidc.json" "settings.json")) | nindent 4 }}
    # Not mounted: many classes make a volume for the first pod that names it, and only a volume that is there can grow.
    - name: backup
      persistentVolumeClaim:
        claimName: {{ .Values.backup.claim | quote }}
{{- end }}

{{/* How long the init Job may take in all: it waits for others before it begins, and a backup waits for all of it. */}}
{{- define "odoo.initSeconds" -}}
{{- add (int .Values.init.deadlineSeconds) (int .Values.init.waitSeconds) -}}
{{- end }}

{{- define "odoo.initJob" -}}
odoo-init-{{ include "odoo.initPod" . | sha256sum | trunc 10 }}
{{- end }}

{{/* Annotations of a workload that starts after another object; the timeout is how long Pulumi waits for it. Call with (dict "root" $ "group" … "kind" … "name" …). */}}
{{- define "odoo.startsAfter" -}}
config.kubernetes.io/depends-on: {{ .group }}/namespaces/{{ .root.Release.Namespace }}/{{ .kind }}/{{ .name }}
pulumi.com/timeoutSeconds: "300"
{{- end }}
